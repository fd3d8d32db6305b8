using Microsoft.Extensions.AI;

namespace Runproof.Chat;

/// <summary>Answers from recorded replies what they hold, asks for the rest, and records it.</summary>
internal sealed class RecordingClient(IChatClient inner, RecordedReplies replies, string model) : WholeReplyClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var asked = messages.ToList();
        var request = RecordedReplies.HashOf(model, asked);
        if (replies.Find(request) is { } known) return Response(known);
        var reply = await base.GetResponseAsync(asked, options, cancellationToken);
        return Response(replies.Add(new(request, model, reply.Text, reply.FinishReason?.Value, reply.Usage?.InputTokenCount, reply.Usage?.OutputTokenCount)));
    }

    internal static ChatResponse Response(RecordedReply reply) => new(new ChatMessage(ChatRole.Assistant, reply.Text))
    {
        ModelId = reply.Model, FinishReason = reply.Ended is null ? null : new ChatFinishReason(reply.Ended), Usage = new() { InputTokenCount = reply.InputTokens, OutputTokenCount = reply.OutputTokens },
    };
}

/// <summary>Answers from recorded replies alone.</summary>
internal sealed class ReplayingClient(RecordedReplies replies, string model, string path) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        replies.Find(RecordedReplies.HashOf(model, messages)) is { } known
            ? Task.FromResult(RecordingClient.Response(known))
            : throw new ModelException(ModelFault.NotRecorded, $"'{path}' lacks replies of model '{model}' that this run needs: --model-record asks the server for them");

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() { }
}

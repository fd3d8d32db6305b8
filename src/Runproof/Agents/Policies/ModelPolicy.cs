using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Runproof.Chat;
using Runproof.ToolCalls;

namespace Runproof.Agents.Policies;

/// <summary>How a model is sampled.</summary>
/// <param name="MostTokens">Of one reply; null leaves it to the server.</param>
internal sealed record Sampling(double? Temperature = null, int? MostTokens = null, long? Seed = null);

/// <summary>Dollars for a million tokens.</summary>
internal sealed record ModelPrice(decimal Input, decimal Output)
{
    public decimal Of(long input, long output) => ((input * Input) + (output * Output)) / 1_000_000m;
}

/// <summary>A chat model. It calls tools in its server's way, or in a text format that Runproof reads itself.</summary>
/// <param name="format">Null: the server's way.</param>
internal sealed class ModelPolicy(IChatClient chat, ToolCallFormat? format, Sampling sampling, ModelPrice? price) : IPolicy
{
    /// <summary>How often an answer is asked for again that broke off, or did not come in time.</summary>
    private const int Retries = 2;

    public async Task<Reply> ReplyAsync(Conversation conversation, CancellationToken cancel)
    {
        var messages = format is null ? NativeMessages.Write(conversation) : TextMessages.Write(conversation, format);
        var options = new ChatOptions { Temperature = (float?)sampling.Temperature, MaxOutputTokens = sampling.MostTokens, Seed = sampling.Seed };
        if (format is null) options.Tools = [.. conversation.Tools.Select(tool => new Declaration(tool))];
        var started = Stopwatch.GetTimestamp();
        var response = await AskAsync(messages, options, cancel);
        var read = format is null ? NativeMessages.Read(response, conversation.Turns.Count + 1) : TextMessages.Read(response, format, conversation);
        return read with { Ended = response.FinishReason?.Value, Model = response.ModelId, Usage = UsageOf(response), Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    private async Task<ChatResponse> AskAsync(IList<ChatMessage> messages, ChatOptions options, CancellationToken cancel)
    {
        for (var again = 0; ; again++)
        {
            try
            {
                return await chat.GetResponseAsync(messages, options, cancel);
            }
            catch (ModelException error) when (again < Retries && error.Fault is ModelFault.BadAnswer or ModelFault.TooSlow)
            {
                // Broken on the way: nothing that the model did.
            }
        }
    }

    private ReplyUsage? UsageOf(ChatResponse response)
    {
        if (response.Usage is not { } usage) return null;
        var (input, output) = (usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);
        return new(input, output, usage.CachedInputTokenCount ?? 0, price?.Of(input, output));
    }

    private sealed class Declaration(ToolDefinition tool) : AIFunctionDeclaration
    {
        public override string Name => tool.Name;

        public override string Description => tool.Description;

        public override JsonElement JsonSchema { get; } = JsonSerializer.SerializeToElement(tool.Parameters);
    }
}

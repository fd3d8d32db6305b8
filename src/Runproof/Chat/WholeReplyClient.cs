using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Runproof.Chat;

/// <summary>A layer around a chat client that handles whole replies. Who wants a stream gets the whole reply as one, so that no layer can be gone around.</summary>
internal abstract class WholeReplyClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reply = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in reply.ToChatResponseUpdates()) yield return update;
    }
}

using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>A model behind the gateway, in the words of OpenAI's chat completions.</summary>
internal interface IBackend : IDisposable
{
    /// <param name="request">A request of chat completions, which is the backend's to change.</param>
    /// <exception cref="BackendException">It cannot be reached, or answers something else.</exception>
    Task<BackendReply> AskAsync(JsonObject request, CancellationToken cancel);

    /// <summary>The list of models, as <c>/v1/models</c> gives it.</summary>
    Task<JsonObject> ModelsAsync(CancellationToken cancel);
}

/// <summary>What comes back: whole, in pieces, or not at all.</summary>
/// <param name="Status">As HTTP has it.</param>
/// <param name="Problem">What the backend says where the status is an error.</param>
/// <param name="Parts">The reply, or the chunks of a stream; throws <see cref="BackendException"/> where they break off.</param>
internal sealed record BackendReply(int Status, JsonObject? Problem, IAsyncEnumerable<JsonObject> Parts, IDisposable? Connection = null) : IDisposable
{
    public void Dispose() => Connection?.Dispose();
}

/// <summary>The backend gave no usable answer.</summary>
internal sealed class BackendException(int status, string message) : Exception(message)
{
    /// <summary>502: it cannot be reached or breaks off; 504: it says nothing for too long.</summary>
    public int Status => status;
}

namespace Runproof.Server.Gateway;

/// <summary>The model behind the gateway.</summary>
/// <param name="KeepAlive">A client that waits for a stream hears something at least so often.</param>
/// <param name="Idle">A session that nobody asks about for so long is forgotten with its traces.</param>
/// <param name="AgentFolder">What agents that are commands find at <see cref="Agents.CommandRollouts.AgentFolder"/>.</param>
internal sealed record GatewayOptions(IBackend Backend, TimeSpan KeepAlive, TimeSpan Idle, string? AgentFolder = null)
{
    public static GatewayOptions Of(IBackend backend) => new(backend, TimeSpan.FromSeconds(15), TimeSpan.FromHours(12));
}

using Runproof.Agents;
using Runproof.Agents.Policies;
using Runproof.Chat;
using Runproof.Sandboxes;
using Runproof.Tests.Chat;
using Runproof.ToolCalls;

namespace Runproof.Tests.Agents;

/// <summary>A small repository in a sandbox, and attempts at it by a model behind a real server.</summary>
public sealed class AgentBench : IAsyncDisposable
{
    private readonly Workbench _bench = new();
    private readonly string _layer;

    public AgentBench() => _layer = _bench.Layer("repository", ("testbed/calc.py", "def add(a, b):\n    return a - b\n"), ("testbed/README.md", "A calculator.\n"));

    internal ISandbox Sandbox { get; private set; } = null!;

    internal static Assignment Assignment { get; } = new("`add(1, 2)` gives -1.", "/testbed", [], null, ["README.md", "calc.py"]);

    internal IReadOnlyList<Turn> Turns { get; private set; } = [];

    internal KeptTurns Log { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal async Task OpenAsync()
    {
        if (Sandbox is not null) return;
        Sandbox = await _bench.SandboxAsync(null, _layer);
        var made = await Sandbox.ExecuteAsync(ExecRequest.Shell("git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm x && git config user.name a && git config user.email a@b", TimeSpan.FromSeconds(60)), Cancel);
        made.Succeeded.ShouldBeTrue(made.Error.Text);
    }

    internal async Task<EpisodeEnd> RunAsync(Scaffold scaffold, ChatServer server, ToolCallFormat? format = null, Func<AgentLimits, AgentLimits>? limits = null, ModelLimits? model = null, Assignment? assignment = null)
    {
        await OpenAsync();
        using var client = ModelClient.Open(server.Options(limits: model), TimeProvider.System);
        var policy = new ModelPolicy(client.Chat, format, new(), new(1, 2));
        var episode = new Episode(scaffold, policy, assignment ?? Assignment, (limits ?? (same => same))(scaffold.Limits), Log, TimeProvider.System);
        var end = await episode.RunAsync(Sandbox, [], TimeSpan.Zero, Cancel);
        Turns = episode.Turns;
        return end;
    }

    internal async Task<string> FileAsync(string name = "calc.py") => (await Sandbox.ExecuteAsync(new(["cat", name], TimeSpan.FromSeconds(20)), Cancel)).Output.Text;

    public async ValueTask DisposeAsync()
    {
        if (Sandbox is not null) await Sandbox.DisposeAsync();
        await _bench.DisposeAsync();
    }
}

internal sealed class KeptTurns : IEpisodeLog
{
    public List<(string What, Turn Turn)> All { get; } = [];

    public void Replied(Turn turn) => All.Add(("replied", turn));

    public void Observed(Turn turn) => All.Add(("observed", turn));
}

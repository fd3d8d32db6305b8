using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents;

/// <summary>
/// The ways of one kind of agent: its tools, its words, what it is shown of what happened, when it ends. It knows tools and a sandbox, never a task. A further one is one file in <c>Scaffolds/</c> and a line in
/// <see cref="ScaffoldList.All"/>.
/// </summary>
internal abstract class Scaffold
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<ToolDefinition> Tools { get; }

    /// <summary>As the original has them.</summary>
    public abstract AgentLimits Limits { get; }

    /// <summary>A reply may hold several calls.</summary>
    public virtual bool TakesMany => true;

    /// <summary>The format of tool calls that belongs to it; null where models call tools in their own way.</summary>
    public virtual string? Format => null;

    /// <summary>The tool that runs commands, and the name of its parameter: what acts by commands alone uses it.</summary>
    public abstract ToolCall Command(string command);

    /// <summary>The calls that hand in the files as they are.</summary>
    public abstract ToolCall Submit();

    public abstract string SystemPrompt(Assignment assignment);

    public abstract string TaskPrompt(Assignment assignment);

    /// <summary>What a reply without a usable call is answered.</summary>
    public abstract string NoCall(Reply reply);

    public abstract Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits);

    protected static string Problems(Reply reply) => reply.Problems.Count == 0 ? "" : $" ({string.Join("; ", reply.Problems.Take(3))})";
}

/// <summary>The tools of one attempt, with what they keep from one action to the next.</summary>
internal abstract class Toolbox(Scaffold scaffold, AgentLimits limits) : IAsyncDisposable
{
    protected Scaffold Scaffold => scaffold;

    protected AgentLimits Limits => limits;

    /// <summary>Runs the calls of a reply, one after the other.</summary>
    /// <exception cref="SandboxException">The sandbox failed, not the action.</exception>
    public virtual async Task<IReadOnlyList<Observation>> ActAsync(Reply reply, CancellationToken cancel)
    {
        if (reply.Calls.Count == 0 || reply.Outcome == ParseOutcome.Rejected) return [new(null, "", scaffold.NoCall(reply), ActionOutcome.NotRun), .. reply.Calls.Select(call => NotRun(call, "a call of the same reply could not be read"))];
        if (reply.Calls.Count > 1 && !scaffold.TakesMany) return [.. reply.Calls.Select(call => NotRun(call, $"{reply.Calls.Count} calls in one reply: make one at a time"))];
        List<Observation> all = [];
        foreach (var call in reply.Calls)
        {
            if (all.Exists(one => one.Submission is not null)) all.Add(NotRun(call, "it came after the answer was submitted"));
            else if (all.Count >= limits.Calls) all.Add(NotRun(call, $"{reply.Calls.Count} calls in one reply: only the first {limits.Calls} are run"));
            else all.Add(await OneAsync(call, cancel));
        }

        return all;
    }

    public abstract ValueTask DisposeAsync();

    protected abstract Task<Observation> CallAsync(ToolCall call, CancellationToken cancel);

    protected static Observation NotRun(ToolCall call, string why) => new(call.Id, call.Name, "This call was not run: " + why, ActionOutcome.NotRun);

    protected static Observation Misused(ToolCall call, string problem) => new(call.Id, call.Name, problem, ActionOutcome.Misused);

    private async Task<Observation> OneAsync(ToolCall call, CancellationToken cancel)
    {
        var tool = scaffold.Tools.FirstOrDefault(tool => tool.Name == call.Name);
        if (tool is null) return new(call.Id, call.Name, $"There is no tool '{call.Name}'. There is {string.Join(", ", scaffold.Tools.Select(one => one.Name))}.", ActionOutcome.UnknownTool);
        return ArgumentCheck.Problem(tool, call.Arguments) is { } problem ? Misused(call, problem) : await CallAsync(call, cancel);
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Rollouts;
using Runproof.Rollouts.Sessions;
using Runproof.Sandboxes;
using Runproof.Server.Gateway;
using Runproof.Server.Sessions;
using Runproof.Tasks;

namespace Runproof.Server.Agents;

/// <summary>
/// Whole rollouts of any agent that is a command: it runs in the sandbox of a task, asks its model by the session's gateway (<c>OPENAI_BASE_URL</c>, <c>ANTHROPIC_BASE_URL</c>), and what it leaves of the files is judged. The
/// task stands in <c>RUNPROOF_PROMPT</c> and on its standard input.
/// </summary>
/// <param name="folder">Mounted read-only at <see cref="AgentFolder"/>: what the commands need; null: nothing but the machine's own <c>/usr</c>.</param>
internal sealed class CommandRollouts(SessionTable sessions, SessionWorld world, GatewaySessions? gateway, Workspace workspace, TimeSpan keepAlive, string? folder, CancellationToken stop)
{
    public const string AgentFolder = "/runproof/agent";
    private const string Port = "8080";
    private const int MostOutput = 20_000;
    private static readonly string Script = Read();

    public void Map(IEndpointRouteBuilder routes) =>
        routes.Post("/rollouts", RunAsync, "Gateway", "A whole rollout of an agent that is a command: {command, task_id or seed, tests, seconds}; gives reward, patch and the session whose traces are its model calls.");

    private async Task RunAsync(HttpContext context)
    {
        var body = await Answers.BodyAsync(context);
        if (body["command"] is not JsonValue said || !said.TryGetValue<string>(out var command) || command.Trim().Length == 0) throw new InputException("'command' must be a line of shell");
        if (gateway is null) throw new InputException("there is no model behind this server: start it with --model openai:URL#NAME");
        if (workspace.Sandboxes.Name != SandboxBackends.Bubblewrap) throw new InputException($"agents that are commands run in {SandboxBackends.Bubblewrap} sandboxes alone: a socket does not reach into the others");
        var request = EpisodeRequest.Read(body);
        using var slot = sessions.Reserve();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
        var task = world.Tasks.Choose(request) with { Tests = request.Tests ?? world.Defaults.Tests };
        var session = gateway.Open(body["session_id"]?.ToString(), body["metadata"] as JsonObject, body["sampling_params"] as JsonObject);
        await Answers.WriteAsync(context, await RolloutAsync(task, command, TimeSpan.FromSeconds(Math.Min(request.Seconds ?? double.MaxValue, world.Defaults.Seconds ?? 3600)), session, both.Token));
    }

    private async Task<JsonObject> RolloutAsync(CodingTask task, string command, TimeSpan limit, GatewaySession session, CancellationToken cancel)
    {
        var (begun, started) = (world.Clock.GetUtcNow(), world.Clock.GetTimestamp());
        double Seconds() => world.Clock.GetElapsedTime(started).TotalSeconds;
        var (end, changes, output) = (new EpisodeEnd(ExitReason.Sandbox, "it did not begin"), "", "");
        var state = await world.States.TakeAsync(task, cancel);
        try
        {
            try
            {
                (end, output, changes) = await RunAsync(state, command, limit, session, cancel);
            }
            catch (SandboxException error)
            {
                end = new(ExitReason.Sandbox, error.Message);
            }

            List<Turn> turns = [.. session.Traces().Select((trace, i) => new Turn(i + 1, trace.At, ReplyOf(trace, i + 1), []))];
            await world.Grading.WaitAsync(cancel);
            Rollout rollout;
            try
            {
                rollout = await world.Judgement.JudgeAsync(state, new("served--", task.InstanceId, 1), end, changes, turns, 0, begun, Seconds, cancel);
            }
            finally
            {
                world.Grading.Release();
            }

            var answer = new JsonObject
            {
                ["session_id"] = session.Id, ["task_id"] = task.InstanceId, ["tests"] = Words.Of(task.Tests), ["done"] = true, ["reward"] = rollout.Outcome == RolloutOutcome.Infrastructure ? null : rollout.Rewards["total"],
                ["traces"] = session.Count, ["traces_url"] = $"/sessions/{session.Id}/traces", ["output"] = output.Length <= MostOutput ? output : output[^MostOutput..], ["seconds"] = Math.Round(Seconds(), 3),
            };
            ObservationJson.Add(answer, rollout);
            return answer;
        }
        finally
        {
            await world.States.ReturnAsync(task);
        }
    }

    private async Task<(EpisodeEnd End, string Output, string Changes)> RunAsync(TaskState state, string command, TimeSpan limit, GatewaySession session, CancellationToken cancel)
    {
        await using var socket = await GatewaySocket.StartAsync(new(gateway, keepAlive, session), workspace.Root, cancel);
        List<ReadOnlyMount> mounts = [socket.Mount];
        if (folder is not null) mounts.Add(new(folder, AgentFolder));
        await using var sandbox = await state.SandboxAsync(cancel, mounts);
        var assignment = Attempt.AssignmentOf(state.Context.Environment, state.Task);
        var prompt = Prompt(assignment);
        Dictionary<string, string> variables = new()
        {
            ["OPENAI_BASE_URL"] = $"http://127.0.0.1:{Port}/v1", ["OPENAI_API_BASE"] = $"http://127.0.0.1:{Port}/v1", ["OPENAI_API_KEY"] = "runproof", ["ANTHROPIC_BASE_URL"] = $"http://127.0.0.1:{Port}",
            ["ANTHROPIC_API_KEY"] = "runproof", ["ANTHROPIC_AUTH_TOKEN"] = "runproof", ["RUNPROOF_PROMPT"] = prompt,
        };
        var ran = await sandbox.ExecuteAsync(new(["perl", "-e", Script, $"{GatewaySocket.Folder}/{GatewaySocket.Name}", Port, "/bin/sh", "-c", command], limit, Environment: variables, StandardInput: Encoding.UTF8.GetBytes(prompt)), cancel);
        EpisodeEnd end = ran.TimedOut ? new(ExitReason.Time, $"the command did not end within {limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s")
            : ran.ExitCode == 0 ? new(ExitReason.Submitted, $"the command ended after {session.Count} calls of its model")
            : new(ExitReason.GaveUp, $"the command ended with exit code {ran.ExitCode}");
        return (end, $"{ran.Output.Text}{ran.Error.Text}", await state.ChangesAsync(sandbox, cancel));
    }

    private static string Prompt(Assignment assignment) =>
        $"The repository in {assignment.Folder} has the following problem. Change its source files, not its tests, so that it is solved.\n\n{assignment.Statement}\n{(assignment.TestCommand is null ? "" : $"\nThese tests must pass: {string.Join(", ", assignment.Failing)}\nThey run with:\n{assignment.TestCommand}\n")}";

    private static Reply ReplyOf(Trace trace, int turn)
    {
        try
        {
            return ActionReading.OfMessage(trace.Captured.Message(), turn) with { Ended = trace.Captured.FinishReason, Usage = new(Number(trace, "prompt_tokens"), Number(trace, "completion_tokens")), Seconds = trace.LatencyMs / 1000 };
        }
        catch (InputException error)
        {
            return new("", "", [], ToolCalls.ParseOutcome.Rejected, [error.Message]);
        }
    }

    private static long Number(Trace trace, string name) => trace.Usage?[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    private static string Read()
    {
        using var reader = new StreamReader(typeof(CommandRollouts).Assembly.GetManifestResourceStream("agents/forward.pl")!);
        return reader.ReadToEnd();
    }
}

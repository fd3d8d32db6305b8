using System.CommandLine;
using System.Globalization;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Cli.Terminal;
using Runproof.Rollouts;
using Runproof.Rollouts.Sessions;
using Runproof.Server;
using Runproof.Server.Gateway;
using Runproof.Tasks;

namespace Runproof.Cli.Verbs;

/// <summary><c>serve [TASKS]</c>: environments and a model's gateway for trainers, until it is interrupted.</summary>
internal static class ServeVerb
{
    private const string OpenAi = "openai:";

    public static Command Create()
    {
        var ids = CompletionVerb.WithTaskIds<string[]>(new("TASKS") { Description = "Task ids, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
        var choice = new TaskChoice();
        var host = new Option<string>("--host") { Description = "Address to listen at; others than those of this machine alone need a token", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
        var port = GlobalOptions.AtLeast(0, new("--port") { Description = "Port to listen at (0: one that is free)", DefaultValueFactory = _ => 8000, HelpName = "N" });
        var token = new Option<string?>("--token") { Description = $"Asked of every client (default: {ServerOptions.TokenVariable}, which other users of this machine do not see)", HelpName = "TOKEN" };
        var most = GlobalOptions.AtLeastOne(new("--max-sessions") { Description = "Environments at once (default: by cores and memory)", HelpName = "N" });
        var idle = new Option<double>("--idle-seconds") { Description = "A session without a call for so long ends", DefaultValueFactory = _ => ServerOptions.Default.Idle.TotalSeconds, HelpName = "N" };
        var agent = new Option<string>("--agent") { Description = $"Whose tools and words an environment has, where the client names none: {string.Join(", ", ScaffoldList.All.Select(scaffold => scaffold.Name))}", DefaultValueFactory = _ => "mini", HelpName = "NAME" };
        var tests = new Option<string>("--tests") { Description = "Whether the tests that judge are seen, where the client says nothing: hidden or visible", DefaultValueFactory = _ => "hidden", HelpName = "WHICH" };
        var turns = GlobalOptions.AtLeastOne(new("--turns") { Description = "Turns of an episode at most (default: as the agent's original has them)", HelpName = "N" });
        var seconds = GlobalOptions.AtLeastOne(new("--seconds") { Description = "Time limit of an episode, the client's time included", HelpName = "N" });
        var command = GlobalOptions.AtLeastOne(new("--command-seconds") { Description = "Time limit of a command", HelpName = "N" });
        var rewards = new Option<string?>("--rewards") { Description = "TOML file with the weights of rewards", HelpName = "FILE" };
        var model = new Option<string?>("--model") { Description = $"Behind the gateway: openai:URL, or openai:URL#NAME for one model whatever clients name; its key comes from {ModelOptions.KeyVariable}", HelpName = "WHO" };
        var patience = GlobalOptions.AtLeastOne(new("--model-seconds") { Description = "The model's server may say nothing for so long", DefaultValueFactory = _ => 600, HelpName = "N" });
        var agents = new Option<string?>("--agent-folder") { Description = $"What agents that are commands find at {Runproof.Server.Agents.CommandRollouts.AgentFolder}, read-only", HelpName = "DIR" };
        agent.CompletionSources.Add([.. ScaffoldList.All.Select(scaffold => scaffold.Name)]);
        tests.CompletionSources.Add("hidden", "visible");
        var verb = new Verb(
            "serve", "Environments over OpenEnv, SkyRL, NeMo Gym and MCP, and a gateway to a model, until it is interrupted.",
            "runproof serve                                                  # http://127.0.0.1:8000, for this machine alone",
            "RUNPROOF_TOKEN=... runproof serve --host 0.0.0.0 --max-sessions 64",
            "runproof serve --model openai:http://localhost:8000/v1#qwen3-coder --port 9090") { ids, host, port, token, most, idle, agent, tests, turns, seconds, command, rewards, model, patience, agents };
        choice.AddTo(verb);
        verb.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            if (parsed.GetValue(idle) is not (> 0 and < 1e8)) throw new InputException("--idle-seconds must be greater than 0");
            var options = ServerOptions.Read(
                parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(token) ?? Environment.GetEnvironmentVariable(ServerOptions.TokenVariable), Given(most), parsed.GetValue(idle));
            var defaults = new EpisodeDefaults(ScaffoldList.Of(parsed.GetValue(agent)!).Name, EpisodeRequest.VisibilityOf(parsed.GetValue(tests))!.Value, Given(turns), Given(seconds), Given(command));
            var weights = parsed.GetValue(rewards) is { } file ? RewardPlan.Read(file) : new();
            var gateway = parsed.GetValue(model) is { } who ? GatewayOptions.Of(BackendOf(who, TimeSpan.FromSeconds(parsed.GetValue(patience)))) with { AgentFolder = FolderOf(parsed.GetValue(agents)) } : null;
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var table = new TaskTable(workspace);
            var beginnings = parsed.GetValue(ids) ?? [];
            var filter = choice.FilterOf(parsed, table);
            var only = beginnings.Length > 0 || choice.SampleOf(parsed, table, filter) is not null ? choice.Ids(parsed, table, beginnings).ToList() : null;
            if ((only?.Count ?? table.Count(filter)) == 0) call.Log.Say($"no tasks in '{call.Workspace}': the gateway works, environments do not ('runproof inject REPO' makes tasks)");
            await using var server = await EnvironmentServer.StartAsync(options, new(filter, only, defaults, weights, call.Seed, call.Jobs), gateway, workspace, TimeProvider.System, cancel);
            var address = server.Address.AbsoluteUri.TrimEnd('/');
            Results.Write(call, new { url = address, max_sessions = options.MaxSessions, tasks = only?.Count ?? table.Count(filter), gateway = gateway is not null }, console => console.Write(Results.Facts(
                ("server", address), ("sessions", options.MaxSessions.ToString(CultureInfo.InvariantCulture)), ("tasks", (only?.Count ?? table.Count(filter)).ToString(CultureInfo.InvariantCulture)), ("API", $"{address}/openapi.json"))));
            await ((Task)Task.Delay(Timeout.Infinite, cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            call.Log.Say("ending: sessions and sandboxes first");
            return CommandLine.Done;

            int? Given(Option<int> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
        });
        return verb;
    }

    private static string? FolderOf(string? folder) =>
        folder is null ? null : Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new InputException($"--agent-folder '{folder}' is no folder");

    private static UrlBackend BackendOf(string who, TimeSpan patience)
    {
        if (!who.StartsWith(OpenAi, StringComparison.Ordinal)) throw new InputException($"--model '{who}': it is openai:URL#NAME, for example openai:http://localhost:8000/v1#qwen3-coder");
        var hash = who.IndexOf('#', StringComparison.Ordinal);
        var options = ModelOptions.Read(hash < 0 ? "any" : who[(hash + 1)..], hash < 0 ? who[OpenAi.Length..] : who[OpenAi.Length..hash], null, null, ModelLimits.Default, Environment.GetEnvironmentVariable);
        return new(options.Url!, hash < 0 ? null : options.Model, options.Key, patience);
    }
}

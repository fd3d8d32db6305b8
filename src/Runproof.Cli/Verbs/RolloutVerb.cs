using System.CommandLine;
using System.Globalization;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Rollouts;
using Runproof.Tasks;

namespace Runproof.Cli.Verbs;

/// <summary><c>rollout [TASKS]</c>: agents on tasks.</summary>
internal static class RolloutVerb
{
    private const string Hidden = "hidden", Visible = "visible";

    public static Command Create()
    {
        var ids = CompletionVerb.WithTaskIds<string[]>(new("TASKS") { Description = "Task ids, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
        var choice = new TaskChoice();
        var agent = new Option<string>("--agent") { Description = $"How it works: {string.Join(", ", ScaffoldList.All.Select(scaffold => scaffold.Name))}", DefaultValueFactory = _ => "mini", HelpName = "NAME" };
        var tests = new Option<string>("--tests") { Description = "Whether it sees the tests that judge: hidden or visible", DefaultValueFactory = _ => Hidden, HelpName = "WHICH" };
        var limit = GlobalOptions.AtLeastOne(new("--limit") { Description = "Tasks at most", HelpName = "N" });
        var attempts = GlobalOptions.AtLeastOne(new("--attempts") { Description = "Attempts at each task", DefaultValueFactory = _ => 1, HelpName = "K" });
        var turns = GlobalOptions.AtLeastOne(new("--turns") { Description = "Replies of an attempt at most (default: as the agent's original has them)", HelpName = "N" });
        var seconds = GlobalOptions.AtLeastOne(new("--seconds") { Description = "Time limit of an attempt", HelpName = "N" });
        var command = GlobalOptions.AtLeastOne(new("--command-seconds") { Description = "Time limit of a command", HelpName = "N" });
        var cost = new Option<decimal?>("--cost") { Description = "Dollars that the model may cost in an attempt (with --price)", HelpName = "DOLLARS" };
        var rewards = new Option<string?>("--rewards") { Description = "TOML file with the weights of rewards", HelpName = "FILE" };
        agent.CompletionSources.Add([.. ScaffoldList.All.Select(scaffold => scaffold.Name)]);
        tests.CompletionSources.Add(Hidden, Visible);
        var verb = new Verb(
            "rollout", "Agents on tasks: attempts in sandboxes, judged by running.",
            "runproof rollout --limit 20                                     # the built-in repair agent, without a model",
            "runproof rollout --model openai:http://localhost:8000/v1#qwen3-coder --agent swe-agent --attempts 4",
            "runproof rollout --model openai:http://localhost:8000/v1#small --format hermes --tests visible") { ids, agent, tests, limit, attempts, turns, seconds, command, cost, rewards };
        foreach (var option in PolicyArguments.All) verb.Options.Add(option);
        choice.AddTo(verb);
        verb.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var scaffold = ScaffoldList.Of(parsed.GetValue(agent)!);
            var which = parsed.GetValue(tests) switch
            {
                Hidden => TestVisibility.Hidden,
                Visible => TestVisibility.Visible,
                var other => throw new InputException($"--tests '{other}': it is hidden or visible"),
            };
            var plan = PolicyArguments.PlanOf(parsed, scaffold, which, call.Seed) with { Dollars = parsed.GetValue(cost) ?? scaffold.Limits.Dollars };
            plan = plan with
            {
                Turns = Given(turns) ?? plan.Turns, TotalSeconds = Given(seconds) ?? plan.TotalSeconds, CommandSeconds = Given(command) ?? plan.CommandSeconds,
            };
            var weights = parsed.GetValue(rewards) is { } file ? RewardPlan.Read(file) : new();
            using var policies = PolicyArguments.Open(parsed, scaffold);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var table = new TaskTable(workspace);
            List<CodingTask> tasks = [.. choice.Ids(parsed, table, parsed.GetValue(ids) ?? []).Take(Given(limit) ?? int.MaxValue).Select(id => table.Find(id)!)];
            if (tasks.Count == 0) throw new InputException($"no tasks in '{call.Workspace}': run 'runproof inject REPO' first");
            var report = await new RolloutStage(workspace, call.Log, TimeProvider.System, call.Jobs).RunAsync(plan, tasks, parsed.GetValue(attempts), policies, weights, cancel);
            Terminal.Results.Write(call, RolloutSummary.Json(report), console => RolloutSummary.Show(console, report));
            return CommandLine.Done;

            int? Given(Option<int> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
        });
        return verb;
    }
}

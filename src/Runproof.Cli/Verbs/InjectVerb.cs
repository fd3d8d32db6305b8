using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Injection.Models;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Cli.Verbs;

/// <summary><c>inject REPO</c>: tasks from bugs.</summary>
internal static class InjectVerb
{
    public static Option<int> Combine { get; } = GlobalOptions.AtLeast(0, new("--combine") { Description = "Combinations of kept bugs, judged as tasks of their own", DefaultValueFactory = _ => 0, HelpName = "N" });

    private const string ByOperators = "operators";
    private const string ByModel = "model";

    public static Option<string> Bugs { get; } = new Option<string>("--bugs") { Description = "Who makes the bugs: operators (rules), or the model that --model names", DefaultValueFactory = _ => ByOperators, HelpName = "WHO" }.AcceptOnlyFromAmong(ByOperators, ByModel);

    public static Command Create()
    {
        var count = GlobalOptions.AtLeastOne(new("--count") { Description = "Candidates judged", DefaultValueFactory = _ => 100, HelpName = "N" });
        var command = new Verb(
            "inject", "Makes tasks by injecting bugs; keeps only those that running proves.",
            "runproof inject ~/src/some-project --count 200", "runproof inject . --count 200 --combine 40    # and harder tasks, of several bugs each", "runproof inject . --seed 2 --json > result.json",
            "runproof inject . --model qwen3 --model-url http://localhost:8000/v1    # statements by a model", "runproof inject . --bugs model --model qwen3 --model-url http://localhost:8000/v1    # bugs by a model, too") { EnvVerb.Repo, EnvVerb.Revision, EnvVerb.Config, count, Bugs, Combine };
        foreach (var option in ModelArguments.All) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var model = OpenModel(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var environment = await EnvVerb.BuildAsync(workspace, call, parsed.GetValue(EnvVerb.Repo)!, parsed.GetValue(EnvVerb.Revision), parsed.GetValue(EnvVerb.Config), cancel);
            var context = await EnvironmentContext.OpenAsync(workspace, environment, cancel);
            var summary = await InjectAsync(context, call, parsed, model, parsed.GetValue(count), cancel);
            Results.Write(call, summary.Json(), summary.Show);
            return CommandLine.Done;
        });
        return command;
    }

    /// <exception cref="InputException">Bugs are wanted from a model, and none is named; or it cannot be used.</exception>
    public static ModelClient? OpenModel(ParseResult parsed) =>
        ModelArguments.Open(parsed) ?? (parsed.GetValue(Bugs) == ByModel ? throw new InputException("--bugs model needs a model: give --model NAME --model-url URL, or --model NAME --model-replay FILE") : null);

    /// <summary>Bugs one by one, and then combinations of what is kept.</summary>
    public static async Task<InjectSummary> InjectAsync(EnvironmentContext context, CallOptions call, ParseResult parsed, ModelClient? model, int count, CancellationToken cancel)
    {
        var writer = model is null ? null : new ModelWriter(model, call.Log);
        var result = parsed.GetValue(Bugs) == ByModel
            ? await new ModelBugStage(context, call.Log, TimeProvider.System, call.Jobs, model!).RunAsync(count, call.Seed, cancel)
            : await new InjectionStage(context, call.Log, TimeProvider.System, call.Jobs, writer).RunAsync(count, call.Seed, cancel);
        var combined = parsed.GetValue(Combine) is > 0 and var wanted ? await new CombinationStage(context, call.Log, TimeProvider.System, call.Jobs, writer).RunAsync(wanted, call.Seed, cancel) : null;
        return new(context.Environment, parsed.GetValue(Bugs)!, result, combined, TaskCoverage.Of(context.Workspace, [context.Environment]));
    }
}

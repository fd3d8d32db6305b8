using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Rollouts;

namespace Runproof.Cli.Verbs;

/// <summary>Options that choose attempts.</summary>
internal sealed class TrajectoryChoice
{
    /// <summary>Ids that are offered at once.</summary>
    private const int MostIds = 200;

    private readonly Argument<string[]> _ids = WithIds<string[]>(new("IDS") { Description = "Ids of attempts or tasks, or beginnings of them (default: all)", Arity = ArgumentArity.ZeroOrMore });
    private readonly Option<string?> _plan = new("--plan") { Description = "Those of one plan (agent, model, limits), by the beginning of its hash", HelpName = "ID" };
    private readonly Option<int> _attempt = GlobalOptions.AtLeastOne(new("--attempt") { Description = "Of each task the attempt of this number", HelpName = "N" });
    private readonly Option<bool> _kept = new("--kept") { Description = "Those alone that are kept: tests pass, and no filter speaks against them" };

    public void AddTo(Command command)
    {
        command.Add(_ids);
        foreach (var option in new Option[] { _plan, _attempt, _kept }) command.Add(option);
    }

    /// <summary>Finished attempts, read as they are asked for.</summary>
    /// <exception cref="InputException">An id names none.</exception>
    public IEnumerable<Rollout> Of(ParseResult parsed, RolloutTable table)
    {
        var keys = table.Keys().Where(key => (parsed.GetValue(_plan) is not { } plan || key.Plan.StartsWith(plan, StringComparison.Ordinal)) && (parsed.GetValue(_attempt) is not (> 0 and var number) || key.Attempt == number)).ToList();
        var ids = parsed.GetValue(_ids) ?? [];
        if (ids.FirstOrDefault(id => !keys.Exists(key => key.Name.StartsWith(id, StringComparison.Ordinal))) is { } unknown) throw new InputException($"no attempt '{unknown}': see 'runproof trajectories list'");
        if (ids.Length > 0) keys = [.. keys.Where(key => ids.Any(id => key.Name.StartsWith(id, StringComparison.Ordinal)))];
        return keys.Select(table.Find).OfType<Rollout>().Where(rollout => !parsed.GetValue(_kept) || rollout.IsKept);
    }

    /// <exception cref="InputException">There is none, or more than one.</exception>
    public static RolloutKey One(RolloutTable table, string id)
    {
        var found = table.Keys().Where(key => key.Name.StartsWith(id, StringComparison.Ordinal)).ToList();
        if (found.Find(key => key.Name == id) is { } exact) return exact;
        return found switch
        {
            [var one] => one,
            [] => throw new InputException($"no attempt '{id}': see 'runproof trajectories list'"),
            _ => throw new InputException($"{found.Count} attempts begin with '{id}': {string.Join(", ", found.Take(5).Select(key => key.Name))}{(found.Count > 5 ? ", ..." : "")}"),
        };
    }

    /// <summary>Completes beginnings of ids.</summary>
    public static Argument<T> WithIds<T>(Argument<T> argument)
    {
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(context =>
        {
            try
            {
                using var workspace = Workspace.OpenToRead(context.ParseResult.GetValue(GlobalOptions.Workspace)!);
                return [.. new RolloutTable(workspace, TimeProvider.System).Keys().Where(key => key.Name.StartsWith(context.WordToComplete, StringComparison.Ordinal)).Take(MostIds).Select(key => new System.CommandLine.Completions.CompletionItem(key.Name))];
            }
            catch (InputException)
            {
                return [];
            }
        });
        return argument;
    }
}

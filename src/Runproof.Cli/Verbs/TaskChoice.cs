using System.CommandLine;
using Runproof.Tasks;

namespace Runproof.Cli.Verbs;

/// <summary>Options that choose tasks by what they are, or by lot.</summary>
internal sealed class TaskChoice
{
    private readonly Option<string?> _repo = new("--repo") { Description = "Those of one repository", HelpName = "NAME" };
    private readonly Option<string?> _language = new("--language") { Description = "Those in one language", HelpName = "NAME" };
    private readonly Option<string?> _origin = new("--origin") { Description = "Those made in one way: injected, mined, combined", HelpName = "NAME" };
    private readonly Option<string?> _family = new("--family") { Description = "Those of one family of bugs", HelpName = "NAME" };
    private readonly Option<int> _sample = GlobalOptions.AtLeastOne(new("--sample") { Description = "So many, drawn by lot", HelpName = "N" });
    private readonly Option<int> _seed = new("--seed") { Description = "Of the lot", DefaultValueFactory = _ => 1, HelpName = "N" };

    public TaskChoice() => _origin.CompletionSources.Add([.. Enum.GetNames<TaskOrigin>().Select(name => name.ToLowerInvariant())]);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _repo, _language, _origin, _family, _sample, _seed }) command.Add(option);
    }

    /// <exception cref="InputException">The catalogue has nothing of that name.</exception>
    public TaskFilter FilterOf(ParseResult parsed, TaskTable table)
    {
        string? Known(Option<string?> option, string column)
        {
            if (parsed.GetValue(option) is not { } name) return null;
            var names = table.Names(column);
            return names.FirstOrDefault(one => one == name) ?? names.FirstOrDefault(one => one.EndsWith("/" + name, StringComparison.Ordinal))
                ?? throw new InputException($"no task has the {column} '{name}': there is {(names.Count == 0 ? "no task at all" : string.Join(", ", names.Take(40)))}");
        }

        return new(Known(_repo, "repo"), Known(_language, "language"), Known(_origin, "origin"), Known(_family, "family"));
    }

    /// <summary>The ids of a sample; null where none is asked for.</summary>
    public IReadOnlyList<string>? SampleOf(ParseResult parsed, TaskTable table, TaskFilter filter) => parsed.GetValue(_sample) is > 0 and var count ? table.Sample(filter, count, parsed.GetValue(_seed)) : null;

    /// <summary>The ids of what is named, or chosen, or of all; read as they are asked for.</summary>
    /// <param name="beginnings">Of ids.</param>
    public IEnumerable<string> Ids(ParseResult parsed, TaskTable table, IReadOnlyList<string> beginnings)
    {
        var filter = FilterOf(parsed, table);
        if (beginnings.Count > 0 && (!filter.IsNone || parsed.GetValue(_sample) > 0)) throw new InputException("tasks are named, or chosen by options: not both");
        return beginnings.Count > 0 ? Named(table, beginnings) : SampleOf(parsed, table, filter) ?? table.Ids(filter);
    }

    /// <summary>Ids that begin with any of the given texts, or all.</summary>
    /// <exception cref="InputException">One of them names no task.</exception>
    /// <param name="quarantined">Those that are quarantined can be named too.</param>
    public static IReadOnlyList<string> Named(TaskTable table, IReadOnlyList<string> beginnings, bool quarantined = false)
    {
        if (beginnings.Count == 0) return [.. table.Ids(quarantined: quarantined)];
        SortedSet<string> found = new(StringComparer.Ordinal);
        foreach (var beginning in beginnings)
        {
            List<string> ids = [.. table.Ids(quarantined: quarantined, beginning: beginning)];
            found.UnionWith(ids.Count > 0 ? ids : throw new InputException($"no task '{beginning}': see 'runproof tasks list'"));
        }

        return [.. found];
    }
}

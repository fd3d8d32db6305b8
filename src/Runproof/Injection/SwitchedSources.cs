using System.Text;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <summary>Files that hold many bugs (<see cref="SchemataRule"/>): each in a copy of the function's body that it stands in, behind a switch.</summary>
internal sealed class SwitchedSources(EnvironmentContext context)
{
    private readonly Dictionary<string, IReadOnlyList<Body>> _bodies = [];

    /// <summary>Those of the bugs that stand in a body that can be copied, and that tests of this suite alone can reach, numbered from 1.</summary>
    public async Task<List<SwitchedBug>> BugsAsync(SchemataRule rule, int suite, IReadOnlyList<BugSite> sites, TestSelector selector, CancellationToken cancel)
    {
        var profile = context.Environment.Suites[suite].Profile;
        if (!_bodies.TryGetValue(profile.Name, out var bodies)) _bodies[profile.Name] = bodies = await BodiesAsync(rule, profile, cancel);
        List<SwitchedBug> bugs = [];
        foreach (var site in sites)
        {
            var body = bodies.Where(body => body.File == site.File && body.Start < site.Start && site.End < body.End).MinBy(body => body.End - body.Start);
            var tests = selector.For(Bug.At(site)) ?? context.Environment.Tests;
            if (body is not null && tests.All(test => test.Suite == suite)) bugs.Add(new(bugs.Count + 1, site, body, tests));
        }

        return bugs;
    }

    /// <summary>The files with all bugs in them.</summary>
    /// <returns>Beside them the lines that each bug takes there.</returns>
    public (IReadOnlyDictionary<string, byte[]> Files, IReadOnlyDictionary<int, (int First, int Last)> Lines) Write(SchemataRule rule, IReadOnlyList<SwitchedBug> bugs)
    {
        Dictionary<string, byte[]> files = [];
        Dictionary<int, (int, int)> lines = [];
        foreach (var file in bugs.GroupBy(bug => bug.Site.File))
        {
            var original = context.Tree.ReadBytes(file.Key);
            using var text = new MemoryStream();
            var (done, line) = (0, 1);
            void Put(ReadOnlySpan<byte> bytes)
            {
                text.Write(bytes);
                line += bytes.Count((byte)'\n');
            }

            foreach (var body in file.GroupBy(bug => bug.Body).OrderBy(body => body.Key.Start))
            {
                // The switch stands behind the brace that opens the body.
                Put(original.AsSpan(done, body.Key.Start + 1 - done));
                done = body.Key.Start + 1;
                foreach (var bug in body)
                {
                    var changed = (bug.Site with { Start = bug.Site.Start - body.Key.Start, End = bug.Site.End - body.Key.Start }).Apply(original.AsSpan(body.Key.Start, body.Key.End - body.Key.Start));
                    var first = line;
                    Put(Encoding.UTF8.GetBytes((body.Key.Gives ? rule.Case! : rule.CaseWithoutResult).Replace("{number}", $"{bug.Number}", StringComparison.Ordinal).Replace("{body}", Encoding.UTF8.GetString(changed), StringComparison.Ordinal)));
                    lines[bug.Number] = (first, line);
                }
            }

            Put(original.AsSpan(done));
            files[file.Key] = text.ToArray();
        }

        return (files, lines);
    }

    private async Task<IReadOnlyList<Body>> BodiesAsync(SchemataRule rule, LanguageProfile profile, CancellationToken cancel)
    {
        string Rule(string id, string text) => $"id: {id}\nlanguage: {profile.Name}\nrule: {text.ReplaceLineEndings(" ").Trim()}\n";
        var rules = rule.Gives is null ? Rule("bodies", rule.Bodies) : $"{Rule("bodies", rule.Bodies)}\n---\n{Rule("gives", rule.Gives)}";
        var scratch = WorkspaceFolders.CreateTemporary(context.Workspace.Root);
        try
        {
            var matches = await AstGrep.ScanAsync(rules, [profile], Path.Combine(context.Tree.Layer, "testbed"), scratch, cancel);
            var gives = matches.Where(match => match.RuleId == "gives").Select(match => (match.File, match.Start)).ToHashSet();
            return [.. matches.Where(match => match.RuleId == "bodies").Select(match => new Body(match.File, match.Start, match.End, gives.Contains((match.File, match.Start))))];
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }
    }

    /// <param name="Gives">The function has a result.</param>
    public sealed record Body(string File, int Start, int End, bool Gives);
}

/// <param name="Number">What the switch is set to.</param>
/// <param name="Tests">Those that can reach it.</param>
internal sealed record SwitchedBug(int Number, BugSite Site, SwitchedSources.Body Body, IReadOnlyList<BaselineTest> Tests);

using Runproof.Agents.Repair.Candidates;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;

namespace Runproof.Tests.Agents.Repair;

/// <summary>What is likelier, where hardly a test tells.</summary>
public sealed class NaturalnessTests
{
    private static readonly Source Code = new("a.py", """
        def first(items):
            if items is None:
                return None
            return items[0]


        def last(items):
            if items is None:
                return None
            return items[-1]


        def middle(items):
            if items is not None:
                return None
            return items[len(items) // 2]
        """.Split('\n'));

    private static Edit Of(int line, string text, double score = 1) => new("a.py", line, line, [text], score);

    [Fact]
    public void An_edit_that_reads_like_the_rest_gains_and_one_that_reads_like_nothing_loses()
    {
        var naturalness = new Naturalness([Code]);
        naturalness.Gain(Code, Of(14, "    if items is None:")).ShouldBeGreaterThan(1);
        naturalness.Gain(Code, Of(8, "    if items is not None:")).ShouldBeLessThan(0.5);
        naturalness.Gain(Code, Of(8, "    if items items is is None None:")).ShouldBeLessThan(naturalness.Gain(Code, Of(8, "    if items is not None:")));
        naturalness.Gain(Code, Of(14, Code.Lines[13])).ShouldBe(0, 1e-9);
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        var naturalness = new Naturalness([Code]);
        var before = naturalness.Gain(Code, Of(14, "    if items is None:"));
        foreach (var line in Enumerable.Range(1, Code.Lines.Count)) _ = naturalness.Gain(Code, new("a.py", line, line - 1, ["    return None"], 1));
        naturalness.Gain(Code, Of(14, "    if items is None:")).ShouldBe(before, 1e-9);
    }

    [Fact]
    public void A_survivor_where_others_do_not_survive_is_believed_before_one_where_all_do()
    {
        var survivors = new Survivors();
        survivors.Best.ShouldBeNull();
        List<Edit> unwatched = [.. Enumerable.Range(1, 4).Select(line => Of(line, $"x{line}"))], watched = [.. Enumerable.Range(20, 4).Select(line => Of(line, $"y{line}", 0.9))];
        survivors.Note([.. unwatched, .. watched], [.. unwatched, watched[2]]);
        survivors.Best.ShouldBe(watched[2]);
        survivors.Note([Of(40, "z", 1.2), Of(41, "z"), Of(42, "z")], [Of(40, "z", 1.2)]);
        survivors.Best!.First.ShouldBe(40);
    }

    [Fact]
    public void What_bears_a_name_of_the_statement_is_suspected_before_what_speaks_of_it_and_that_before_the_rest()
    {
        const string statement = "# `last` gives a wrong result\n\n```python\nlast([1, 2])\n```\n- fails with: `TypeError: no 'len' here`\n";
        Wording.NamesOf(statement).ShouldBe(["last", "TypeError", "len", "here"], ignoreOrder: true);
        var scores = Wording.Places([Code], statement).ToDictionary(place => place.First, place => place.Score);
        scores[10].ShouldBeGreaterThan(scores[16]);
        scores[16].ShouldBeGreaterThan(scores[2]);
        scores.ShouldNotContainKey(5);
    }

    [Fact]
    public void Numbers_spaces_and_repetitions_are_tried_far_from_the_first_suspects_too()
    {
        Source source = new("a.js", [.. Enumerable.Range(0, 80).Select(number => $"f{number}(x);"), "const last = m[1];", "const joined = all.join(\" ||\");", "const name = /\\/([^/]*)$/;"]);
        var made = TokenEdits.Find(source, new([source], [new("a.js", 1, 83, 1)], new HashSet<(string, int)>())).Select(edit => edit.Lines.Single()).ToList();
        made.ShouldContain("const last = m[2];");
        made.ShouldContain("const joined = all.join(\" || \");");
        made.ShouldContain("const name = /\\/([^/]+)$/;");
    }
}

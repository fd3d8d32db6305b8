using Runproof.Statements;

namespace Runproof.Tests.Statements;

public sealed class FitCheckTests
{
    private static readonly StatementBrief Brief = new(
        [new("t", BehaviourKind.Value, "slugify(\"a b\", [1])", "'a_b'", "0", "", ["text = read('data/notes.txt')"], new Dictionary<string, string>())], new([], [], [], [], []), "textkit", "python", 1, 0);

    private static readonly string Filler = string.Concat(Enumerable.Repeat("We rely on this every single day. ", 30));

    private static IEnumerable<string> Rules(string statement, StatementLength length = StatementLength.Short) => FitCheck.Find(statement, Brief, length).Select(misfit => misfit.Rule);

    [Theory]
    [InlineData("# Odd\n\nWhen I call `slugify` with my words it gives something that I did not expect at all.")]
    [InlineData("# Odd\n\nI put in two words and get a_b out of it, which is not at all what was said.")]
    [InlineData("# Odd\n\nI put in two words with a list and/or a number, and wait for `0` to come out, in vain, since today.")]
    [InlineData("# Odd\n\nReading data/notes.txt and calling `slugify(\"a b\", [1])` under Node.js 20 gives something else than it did, e.g. on input/output.")]
    public void Honest_reports_fit(string statement) => Rules(statement).ShouldBeEmpty();

    [Theory]
    [InlineData("no behaviour", "# Odd\n\nSomething about words is not right any more and I would like you to look into it, please.")]
    [InlineData("no behaviour", "# Odd\n\nThere are 0 reasons why this should be, and I would like you to look into it, please.")]
    [InlineData("length", "# `slugify` is odd")]
    [InlineData("empty", " \n")]
    [InlineData("chatter", "Sure! Here is your report:\n\n# Odd\n\nWhen I call `slugify` with my words it gives something odd.")]
    [InlineData("chatter", "I'm sorry, but I cannot write about `slugify` since I do not know enough about it to be of help.")]
    [InlineData("made-up path", "# Odd\n\nWhen I call `slugify` it gives something odd; I think it is in slug.py or somewhere near.")]
    [InlineData("made-up path", "# Odd\n\nWhen I call `slugify` it gives something odd; see https://example.com/issues for more of that kind.")]
    [InlineData("made-up path", "# Odd\n\nWhen I call `slugify` it gives something odd; my folder is /home/me/work and it is new.")]
    [InlineData("made-up path", "# Odd\n\nWhen I call `slugify` it gives something odd; look into src/textkit/core and below it, please.")]
    [InlineData("made-up place", "# Odd\n\nWhen I call `slugify` it gives something odd, and the trace speaks of line 41 or so.")]
    [InlineData("made-up place", "# Odd\n\nWhen I call `slugify` it gives something odd, which looks like issue #7 once more to me.")]
    [InlineData("made-up hash", "# Odd\n\nWhen I call `slugify` it gives something odd, ever since 3f9ab27c or so, I would say.")]
    [InlineData("tests", "# Odd\n\nWhen I call `slugify` it gives something odd, and two unit tests are red because of it.")]
    [InlineData("tests", "# Odd\n\nWhen I call `slugify` it gives something odd, as running pytest shows to everyone who does.")]
    public void What_is_no_fit_statement_is_refused_by_its_rule(string rule, string statement) => Rules(statement).ShouldContain(rule);

    [Fact]
    public void Advice_repeats_nothing_of_the_statement()
    {
        const string statement = "Sure: see secret/place/file.py line 77 at 3f9ab27c, the unit tests of secret_name fail";
        foreach (var misfit in FitCheck.Find(statement, Brief, StatementLength.Short))
            foreach (var word in new[] { "secret", "77", "3f9", "file.py" }) misfit.Advice.ShouldNotContain(word);
    }

    [Fact]
    public void A_length_is_counted_in_words_of_prose_and_the_classes_do_not_overlap()
    {
        var report = $"# `slugify`\n\n{Filler}\n```python\n{Filler}\n```\n";
        StatementLengths.Words(report).ShouldBe(2 + (30 * 7));
        StatementLengths.Of(report).ShouldBe(StatementLength.Medium);
        Rules(report, StatementLength.Medium).ShouldBeEmpty();
        Rules(report).ShouldBe(["length"]);
        Rules(report + Filler, StatementLength.Long).ShouldBeEmpty();
        Enumerable.Range(0, 120).GroupBy(StatementLengths.Choose).Select(group => group.Count()).ShouldBe([40, 40, 40]);
    }
}

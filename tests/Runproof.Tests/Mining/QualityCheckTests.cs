using Runproof.Mining;

namespace Runproof.Tests.Mining;

/// <summary>Each code by a change that has it, and beside it one that nearly has.</summary>
public sealed class QualityCheckTests
{
    private const string Fair = "# Totals may carry a discount\n\nA discount in percent is taken off the sum of all prices.\n";

    [Theory]
    [InlineData(null, Fair)]
    [InlineData(null, "# Added GreaterThan function\n")]
    [InlineData("B4", "# Totals, again better\n")]
    [InlineData("B3", "# Follow the rules\n\nSee https://example.org/rules/17 for all of them.\n")]
    [InlineData(null, "# Follow RFC 3986\n\nReserved characters of a path (https://example.org/rfc) are kept as they are when an address is joined with another one that has no scheme.\n")]
    [InlineData("B8", Fair + "![what it looks like](https://example.org/a.png)\n")]
    [InlineData("B9", "# 合計に割引を適用できるようにする discount\n\n割引はすべての価格の合計から差し引かれる必要があります total\n")]
    [InlineData(null, "# Ünïcode names are kept\n\nA name such as `Zoë` or `Łukasz` comes out of the list as it went in.\n")]
    public void A_statement_is_refused_for_what_it_lacks(string? code, string statement) => Codes(statement).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void Without_a_statement_it_says_whether_nothing_was_written_or_too_much()
    {
        Codes(null).ShouldBe(["B4"]);
        Codes(null, refused: "patch line: return 1").ShouldBe(["B5"]);
    }

    [Theory]
    [InlineData("B1", "+\tif err := validateName(\"x\"); err == nil {", "validateName")]
    [InlineData(null, "+\tif err := ValidateName(\"x\"); err == nil {", "ValidateName")]
    [InlineData(null, "+\tslen := 1\n+\tif slen.total() {", "slen")]
    [InlineData(null, "+\tif len(all) == 1 {", "len")]
    public void Tests_of_what_is_internal_are_told_from_those_of_what_is_not(string? code, string test, string name) => Codes(Fair, test: test, names: [name]).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void Many_names_files_and_issues_are_too_many()
    {
        Codes(Fair, names: [.. Enumerable.Range(1, 21).Select(i => $"Name{i}")]).ShouldBe(["B2"]);
        Codes(Fair, names: [.. Enumerable.Range(1, 20).Select(i => $"Name{i}")]).ShouldBeEmpty();
        Codes(Fair, solution: [.. Enumerable.Range(1, 31).Select(i => $"file{i}.go")]).ShouldBe(["B11"]);
        Codes(Fair, message: "Fixes #1, closes #2 and resolves #3").ShouldBe(["B11"]);
        Codes(Fair, message: "Fixes #1, closes #2, see #3 and #4").ShouldBeEmpty();
        Codes(Fair, tests: ["testdata/a.json"]).ShouldBe(["B10"]);
        Codes(Fair, tests: ["testdata/a.json", "a_test.go"]).ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Codes(string? statement, string refused = "", string test = "+x", IReadOnlyList<string>? names = null, IReadOnlyList<string>? solution = null, IReadOnlyList<string>? tests = null, string message = "")
    {
        var parts = new ChangeParts(solution ?? ["shop.go"], tests ?? ["shop_test.go"], [], [], new HashSet<string>(), MayHoldTests: false);
        var patch = $"diff --git a/shop_test.go b/shop_test.go\n--- a/shop_test.go\n+++ b/shop_test.go\n@@ -1,0 +1,{test.Split('\n').Length} @@\n{test}\n";
        var found = new ToldChange(null!, parts, new("", patch), "", parts.Tests, null!, ["t"], [], new HashSet<string>());
        return [.. QualityCheck.Find(found, new(statement, "commit", TellsAll: false, null!, names ?? [], refused), message).Select(finding => finding.Code)];
    }
}

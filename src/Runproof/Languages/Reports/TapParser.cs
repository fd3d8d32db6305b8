using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Runproof.Languages.Reports;

/// <summary>
/// The Test Anything Protocol, versions 12 to 14 (testanything.org). The id of a test is its description; subtests are joined with <c> > </c>. A missing plan, fewer results than
/// planned, or a bail-out make the report incomplete.
/// </summary>
internal sealed partial class TapParser : IReportParser
{
    public string Format => "tap";

    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var builder = new TestReportBuilder(limits);
        var parents = new Dictionary<int, string>();
        int? planned = null;
        var (seen, bailed, whole) = (0, false, true);
        TestResult? pending = null;
        var details = new StringBuilder();
        void Flush()
        {
            if (pending is not null) builder.Add(pending with { Details = details.Length > 0 ? details.ToString() : null });
            pending = null;
            details.Clear();
        }

        foreach (var line in BoundedLines.Read(report))
        {
            whole = line.IsWhole;
            var indent = (line.Text.Length - line.Text.TrimStart(' ').Length) / 4;
            var text = line.Text.Trim();
            if (Result().Match(text) is { Success: true } result)
            {
                Flush();
                var description = result.Groups["description"].Value.Trim();
                if (description.Length == 0) description = "test " + (result.Groups["number"].Success ? result.Groups["number"].Value : (seen + 1).ToString(CultureInfo.InvariantCulture));
                if (indent == 0) seen++;
                var directive = result.Groups["directive"].Value.ToUpperInvariant();
                var ok = !result.Groups["not"].Success;
                var outcome = directive == "SKIP" ? TestOutcome.Skipped : ok ? TestOutcome.Passed : directive == "TODO" ? TestOutcome.Skipped : TestOutcome.Failed;
                var path = string.Join(" > ", Enumerable.Range(0, indent).Select(level => parents.GetValueOrDefault(level)).OfType<string>().Append(description));
                pending = new(path, outcome, Message: outcome == TestOutcome.Failed ? description : null);
            }
            else if (Plan().Match(text) is { Success: true } plan)
            {
                if (indent == 0) planned = int.TryParse(plan.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
            }
            else if (Subtest().Match(text) is { Success: true } subtest)
            {
                parents[Math.Max(0, line.Text.StartsWith(' ') ? indent - 1 : indent)] = subtest.Groups[1].Value.Trim();
            }
            else if (text.StartsWith("Bail out!", StringComparison.OrdinalIgnoreCase))
            {
                bailed = true;
            }
            else if (pending is { Outcome: TestOutcome.Failed } && details.Length < limits.DetailCharacters && text.Length > 0)
            {
                details.Append(text.TrimStart('#').Trim()).Append('\n');
            }
        }

        Flush();
        return builder.Build(whole && !bailed && planned is not null && seen >= planned);
    }

    [GeneratedRegex(@"^(?<not>not )?ok\b(?:\s+(?<number>\d+))?\s*(?:-\s+)?(?<description>(?:\\.|[^#\\])*)(?:#\s*(?<directive>SKIP|TODO)\S*.*)?", RegexOptions.IgnoreCase)]
    private static partial Regex Result();

    [GeneratedRegex(@"^1\.\.(\d+)")]
    private static partial Regex Plan();

    [GeneratedRegex(@"^# Subtest:?\s*(.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Subtest();
}

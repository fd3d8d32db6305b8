using System.Diagnostics;
using System.Globalization;
using System.Text;
using Runproof.Bench.ToolCalls;
using Runproof.ToolCalls;

namespace Runproof.Bench;

/// <summary>All tool-call formats on random replies: what they hold, whether it is read back the same, whole and in pieces, and what they make of damaged replies.</summary>
internal static class FormatsBench
{
    private const string Begin = "<!-- bench/run formats -->";
    private const string End = "<!-- end -->";

    /// <param name="arguments">How many cases in all; <c>--markdown</c>: the table alone, as in the documents; <c>--write FILE</c>: into that file, between its marks; <c>--seed N</c>; <c>--refused</c>: why replies were refused.</param>
    public static int Run(string[] arguments)
    {
        var options = arguments.Where(one => one.StartsWith("--", StringComparison.Ordinal)).ToHashSet();
        string? After(string option) => arguments.SkipWhile(one => one != option).Skip(1).FirstOrDefault();
        var cases = arguments.Length > 0 && int.TryParse(arguments[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var given) ? given : 1_000_000;
        var seed = After("--seed") is { } said ? int.Parse(said, CultureInfo.InvariantCulture) : 1;
        var formats = ToolCallFormats.All;
        var started = Stopwatch.GetTimestamp();
        var counts = new FuzzCounts[formats.Count];
        Parallel.For(0, formats.Count, i => counts[i] = new ReplyFuzzer(formats[i], seed + i).Run((cases / formats.Count) + (i < cases % formats.Count ? 1 : 0)));
        var table = Table(formats, counts);
        if (After("--write") is { } file) Write(file, table);
        else Console.Write(table);
        if (!options.Contains("--markdown")) Console.WriteLine($"{cases} cases, {formats.Count} formats, seed {seed}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        if (options.Contains("--refused"))
        {
            foreach (var (reason, times) in counts.SelectMany(count => count.Refused.OrderByDescending(one => one.Value).Take(8))) Console.WriteLine($"{times,8} {reason.ReplaceLineEndings(" ")}");
        }

        foreach (var (format, count) in formats.Zip(counts).Where(one => one.Second.Failure is not null)) Console.Error.WriteLine($"{format.Name}: {count.Failure}");
        return counts.Any(count => count.Failure is not null) ? 1 : 0;
    }

    private static string Table(IReadOnlyList<ToolCallFormat> formats, FuzzCounts[] counts)
    {
        var text = new StringBuilder("| format | cases | write | round trip | parse: clean, repaired, rejected | stream | crashes |\n|---|---|---|---|---|---|---|\n");
        foreach (var (format, count) in formats.Zip(counts)) text.Append(Row($"`{format.Name}`", [count]));
        return text.Append(Row("all", counts)).ToString();
    }

    private static string Row(string name, IReadOnlyList<FuzzCounts> counts)
    {
        int Sum(Func<FuzzCounts, int> of) => counts.Sum(of);
        var damaged = Sum(count => count.Read.Values.Sum());
        var outcomes = string.Join(", ", Enum.GetValues<ParseOutcome>().Select(outcome => Share(Sum(count => count.Read[outcome]), damaged)));
        return $"| {name} | {Number(Sum(count => count.Cases))} | {Share(Sum(count => count.Written), Sum(count => count.Tried))} | {Exact(Sum(count => count.Same), Sum(count => count.Written))} | {outcomes} | {Exact(Sum(count => count.CutSame), Sum(count => count.Cut))} | {Sum(count => count.Crashes)} |\n";
    }

    private static string Exact(int part, int whole) => part == whole ? $"all {Number(whole)}" : $"{Number(part)} of {Number(whole)}";

    private static string Share(int part, int whole) => whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0}%");

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Write(string file, string table)
    {
        var text = File.ReadAllText(file);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InputException($"{file}: no '{Begin}' before '{End}'");
        File.WriteAllText(file, $"{text[..(begin + Begin.Length)]}\n{table}{text[end..]}");
    }
}

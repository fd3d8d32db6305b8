using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Statements;
using Runproof.Tasks;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary>What an injection brought, as JSON and for people.</summary>
/// <param name="Bugs">Who made them.</param>
/// <param name="Combined">Null where none was asked for.</param>
internal sealed record InjectSummary(RepositoryEnvironment Environment, string Bugs, InjectionResult Result, CombinationResult? Combined, TaskCoverage Coverage)
{
    public IReadOnlyList<string> Tasks => [.. Result.Kept, .. Combined?.Kept ?? []];

    public object Json() => new
    {
        environment = Environment.Hash,
        bugs = Bugs,
        sites = Result.Sites,
        candidates = Result.Eligible,
        judged = Result.Judged,
        judged_now = Result.JudgedNow,
        kept = Result.Kept.Count,
        rejected = Result.Rejected,
        seconds = Math.Round(Result.Seconds, 3),
        judged_per_minute = PerMinute(Result.JudgedNow, Result.Seconds),
        kept_per_minute = Result.Judged == 0 ? 0 : Math.Round(PerMinute(Result.JudgedNow, Result.Seconds) * Result.Kept.Count / Result.Judged, 2),
        coverage = Coverage.Coverage,
        functions_reached = Coverage.FunctionsReached,
        functions_with_task = Coverage.FunctionsWithTask,
        statements = Result.Statements,
        combined = Combined is null ? null : new { judged = Combined.Judged, judged_now = Combined.JudgedNow, kept = Combined.Kept.Count, by_kind = Combined.ByKind, rejected = Combined.Rejected, seconds = Math.Round(Combined.Seconds, 3) },
        tasks = Tasks,
    };

    public void Show(IAnsiConsole console)
    {
        console.Write(Results.Facts(
            Bugs == "model" ? ("requests", $"{Result.Eligible} that a model can be asked for a bug") : ("sites", $"{Result.Sites} places for a bug, {Result.Eligible} on lines that tests reach"),
            ("judged", Judged(Result.Judged, Result.JudgedNow, Result.Seconds)),
            ("kept", Count(Result.Kept.Count)),
            ("coverage", $"{Coverage.FunctionsWithTask} of {Coverage.FunctionsReached} functions that tests reach have a task ({Coverage.Coverage:P0})")));
        if (Result.Statements.ByModel) console.Write(Results.Facts(("statements", Words(Result.Statements))));
        ShowReasons(console, "bugs", Result.Rejected);
        if (Combined is null) return;
        var kinds = Combined.ByKind.Count == 0 ? "" : $" ({string.Join(", ", Combined.ByKind.Select(pair => $"{pair.Value} in one {pair.Key.Split('-')[^1]}"))})";
        console.Write(Results.Facts(("combined", Judged(Combined.Judged, Combined.JudgedNow, Combined.Seconds)), ("kept", Count(Combined.Kept.Count) + kinds)));
        ShowReasons(console, "combinations", Combined.Rejected);
    }

    private static void ShowReasons(IAnsiConsole console, string what, IReadOnlyDictionary<string, int> rejected)
    {
        if (rejected.Count > 0) console.Write(Results.Table(["not kept because", what], rejected.Select(pair => new[] { pair.Key.Replace('_', ' '), $"{pair.Value}" }), 1));
    }

    private static string Judged(int judged, int now, double seconds) => $"{judged}{(now > 0 ? $" ({PerMinute(now, seconds):0} a minute)" : judged > 0 ? " (all of them before)" : "")}";

    private static string Count(int tasks) => $"{tasks} {(tasks == 1 ? "task" : "tasks")}";

    /// <summary>How the statements came about, in a line.</summary>
    private static string Words(StatementCounts counts)
    {
        var fallbacks = counts.Fallbacks.Count == 0 ? "" : $" ({string.Join(", ", counts.Fallbacks.Select(pair => $"{pair.Value} {pair.Key.Replace('_', ' ')}"))})";
        return $"{string.Join(", ", counts.Writers.Select(pair => $"{pair.Value} by {pair.Key}"))}; {counts.Drafts} drafts, {counts.LeakRate:P0} leaked, {counts.RetryRate:P0} of statements retried, {counts.FallbackRate:P0} left to the template{fallbacks}";
    }

    private static double PerMinute(int items, double seconds) => seconds <= 0 ? 0 : Math.Round(items * 60 / seconds, 2);
}

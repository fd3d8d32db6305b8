using Runproof.Environments;
using Runproof.Injection;
using Runproof.Reports.Figures;
using Runproof.Reports.Pages;
using Runproof.Rollouts;
using Runproof.Tasks;

namespace Runproof.Reports;

/// <summary>The report of a run: one HTML file that needs nothing beside it.</summary>
internal static class RunReport
{
    /// <summary>Writes the report of an injection into the workspace.</summary>
    /// <param name="kept">Tasks that the report shows: those of the result, and what was made of them.</param>
    /// <param name="rollouts">Attempts at them; null where nobody tried.</param>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(EnvironmentContext context, InjectionResult result, IReadOnlyList<string> kept, TimeProvider clock, CancellationToken cancel, RolloutReport? rollouts = null)
    {
        var environment = context.Environment;
        var tasks = new TaskTable(context.Workspace);
        var operators = environment.Profiles.SelectMany(Operators.For).DistinctBy(one => one.Id).ToDictionary(one => one.Id, one => one.Imitates);
        var figures = ReportFigures.Of(new(
            environment, context.Functions, context.Reach, result, [.. kept.Select(tasks.Find).OfType<CodingTask>()], tasks.Functions(environment.Hash),
            tasks.CountOf(environment.Hash), operators, clock.GetUtcNow(), rollouts));
        var file = Path.Combine(context.Workspace.Root, "reports", environment.Hash[..12] + ".html");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        // Whoever has the last report open sees the old or the new one, never half of it.
        var unfinished = file + ".new";
        await File.WriteAllTextAsync(unfinished, ReportPage.Write(figures), cancel);
        File.Move(unfinished, file, overwrite: true);
        return file;
    }
}

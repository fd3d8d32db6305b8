using Runproof.Injection;
using Runproof.Reports;
using Runproof.Tasks;

namespace Runproof.Tests.Reports;

/// <summary>A run on a sample ends with its report.</summary>
public class RunReportTests(UnitconvRepository sample) : IClassFixture<UnitconvRepository>
{
    [Fact]
    public async Task A_run_writes_one_file_that_shows_its_tasks()
    {
        var cancel = TestContext.Current.CancellationToken;
        var result = await new InjectionStage(sample.Context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(6, seed: 1, cancel);
        var file = await RunReport.WriteAsync(sample.Context, result, result.Kept, TimeProvider.System, cancel);
        file.ShouldEndWith(".html");
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);

        var page = await File.ReadAllTextAsync(file, cancel);
        page.ShouldNotContain(sample.Workspace.Root, customMessage: "a report is passed on");
        page.ShouldContain(sample.Environment.Commit[..10]);
        page.ShouldContain("test_exponents", customMessage: "the test that judges nothing");
        result.Kept.ShouldNotBeEmpty();
        foreach (var id in result.Kept) page.ShouldContain(id);

        // The same figures as everywhere else.
        var coverage = TaskCoverage.Of(sample.Workspace, [sample.Environment]);
        page.ShouldContain($"{coverage.FunctionsWithTask} of {coverage.FunctionsReached} functions");
    }
}

namespace Runproof.Languages.Reports;
internal static class ReportParsers
{
    public static IReportParser For(string format) => format switch { "junit" => new JUnitXmlParser(), "go-test-json" => new GoTestJsonParser(), _ => throw new ArgumentException($"unknown report format '{format}'") };
}

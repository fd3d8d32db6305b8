namespace Runproof.Languages.Reports;

/// <summary>All report formats: a further one is a further file and a line here.</summary>
internal static class ReportParsers
{
    private static readonly Dictionary<string, IReportParser> All = new IReportParser[]
    {
        new JUnitXmlParser(),
        new GoTestJsonParser(),
        new TapParser(),
        new TrxParser(),
    }.ToDictionary(parser => parser.Format);

    /// <exception cref="ArgumentException">There is no such format.</exception>
    public static IReportParser For(string format) =>
        All.TryGetValue(format, out var parser) ? parser : throw new ArgumentException($"unknown report format '{format}': known are {string.Join(", ", All.Keys)}");
}

namespace Runproof.Languages.Reports;

/// <summary>
/// Reads one report format. A parser never throws on content: hostile, truncated or interleaved input gives what could be
/// read with <see cref="TestReport.IsComplete"/> false. It reads the stream once, in memory bounded by <see cref="ReportLimits"/>.
/// </summary>
internal interface IReportParser
{
    /// <summary>The name that a language profile uses: <c>junit</c>, <c>go-test-json</c>, <c>tap</c>, <c>trx</c>.</summary>
    string Format { get; }

    TestReport Parse(Stream report, ReportLimits limits);
}

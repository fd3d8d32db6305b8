using System.Globalization;
using System.Xml;
namespace Runproof.Languages.Reports;
internal sealed class JUnitXmlParser : IReportParser
{
    public string Format => "junit";
    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var b = new TestReportBuilder(limits);
        var complete = false;
        try
        {
            using var reader = XmlReader.Create(report, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false });
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == 0) complete = true;
                if (reader.NodeType != XmlNodeType.Element || reader.Name != "testcase") continue;
                var (cls, name, file) = (reader.GetAttribute("classname") ?? "", reader.GetAttribute("name") ?? "", reader.GetAttribute("file"));
                double.TryParse(reader.GetAttribute("time"), NumberStyles.Float, CultureInfo.InvariantCulture, out var secs);
                string? id = null, message = null, details = null; var outcome = TestOutcome.Passed; var collect = false;
                if (!reader.IsEmptyElement)
                {
                    using var sub = reader.ReadSubtree();
                    sub.Read();
                    while (sub.Read())
                    {
                        if (sub.NodeType != XmlNodeType.Element) continue;
                        if (sub.Name == "property" && sub.GetAttribute("name") == "nodeid") id = sub.GetAttribute("value");
                        if (sub.Name is "failure" or "error" or "skipped")
                        {
                            var o = sub.Name switch { "failure" => TestOutcome.Failed, "error" => TestOutcome.Errored, _ => TestOutcome.Skipped };
                            var m = sub.GetAttribute("message") ?? "";
                            if (sub.Name == "error" && m == "collection failure") collect = true;
                            if (m.Contains("runproof: time limit", StringComparison.Ordinal)) o = TestOutcome.TimedOut;
                            var text = sub.IsEmptyElement ? "" : sub.ReadElementContentAsString();
                            if (o > outcome) (outcome, message, details) = (o, m, text);
                        }
                    }
                }
                if (collect) { b.AddCollectionFailure(cls.Length == 0 ? name : cls + "." + name, details ?? ""); continue; }
                if (cls.Length == 0 && outcome == TestOutcome.Skipped) continue;
                b.Add(new(id ?? (cls.Length == 0 ? name : cls + "." + name), outcome, secs, message, details, file));
            }
        }
        catch (XmlException) { complete = false; }
        return b.Build(complete);
    }
}

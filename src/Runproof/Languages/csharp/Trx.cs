using System.Text;
using System.Xml;

/// <param name="Type">Namespace and class.</param>
/// <param name="Outcome">A word of TRX.</param>
internal sealed record OneResult(string Type, string Name, string Outcome, TimeSpan Time, string Message, string Trace);

/// <summary>TRX documents: those of the frameworks are handed on, with a few of our own for what no framework could report.</summary>
internal static class Trx
{
    private const string Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static void Append(Stream report, byte[] document)
    {
        report.Write(document);
        report.WriteByte((byte)'\n');
    }

    /// <summary>A project that does not build: nothing is known of its tests.</summary>
    public static void WriteCollectionFailure(Stream report, string project, string message) => Append(report, Document("runproof: build of " + project, writer => Summary(writer, "Error", message)));

    /// <summary>The process of the tests ended without a report.</summary>
    public static byte[] Aborted(string assembly) => Document("runproof", writer => Summary(writer, "Aborted", $"the tests of {Path.GetFileName(assembly)} ended without a report"));

    public static byte[] TimedOut(string id, string seconds) =>
        Results([new(TestIds.ClassOf(id), id[(TestIds.ClassOf(id).Length is > 0 and var length ? length + 1 : 0)..], "Timeout", TimeSpan.Zero, $"runproof: time limit of {seconds} s", "")]);

    public static byte[] Results(IReadOnlyList<OneResult> results) => Document("runproof", writer =>
    {
        writer.WriteStartElement("Results", Namespace);
        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i];
            writer.WriteStartElement("UnitTestResult", Namespace);
            foreach (var (attribute, value) in new[] { ("testId", $"{i}"), ("testName", result.Name), ("outcome", result.Outcome), ("duration", result.Time.ToString("c")) }) writer.WriteAttributeString(attribute, value);
            writer.WriteStartElement("Output", Namespace);
            writer.WriteStartElement("ErrorInfo", Namespace);
            writer.WriteElementString("Message", Namespace, result.Message);
            writer.WriteElementString("StackTrace", Namespace, result.Trace);
            for (var open = 0; open < 3; open++) writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteStartElement("TestDefinitions", Namespace);
        for (var i = 0; i < results.Count; i++)
        {
            writer.WriteStartElement("UnitTest", Namespace);
            writer.WriteAttributeString("id", $"{i}");
            writer.WriteStartElement("TestMethod", Namespace);
            writer.WriteAttributeString("className", results[i].Type);
            for (var open = 0; open < 2; open++) writer.WriteEndElement();
        }

        writer.WriteEndElement();
        Summary(writer, results.All(result => result.Outcome is "Passed" or "NotExecuted") ? "Completed" : "Failed", null);
    });

    /// <summary>The tests that a document tells of.</summary>
    public static IEnumerable<string> Ids(byte[] document)
    {
        Dictionary<string, string> classes = [];
        List<(string Test, string Name)> results = [];
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(document), new() { CheckCharacters = false });
            var id = "";
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element) continue;
                if (reader.LocalName == "UnitTestResult") results.Add((reader.GetAttribute("testId") ?? "", reader.GetAttribute("testName") ?? ""));
                else if (reader.LocalName == "UnitTest") id = reader.GetAttribute("id") ?? "";
                else if (reader.LocalName == "TestMethod") classes[id] = (reader.GetAttribute("className") ?? "").Split(',')[0];
            }
        }
        catch (XmlException)
        {
            // Written by code under test, or cut off: what was read counts.
        }

        return results.Where(result => classes.ContainsKey(result.Test)).Select(result => TestIds.Of(classes[result.Test], result.Name));
    }

    private static void Summary(XmlWriter writer, string outcome, string? message)
    {
        writer.WriteStartElement("ResultSummary", Namespace);
        writer.WriteAttributeString("outcome", outcome);
        if (message is not null)
        {
            writer.WriteStartElement("RunInfos", Namespace);
            writer.WriteStartElement("RunInfo", Namespace);
            writer.WriteAttributeString("outcome", "Error");
            writer.WriteElementString("Text", Namespace, message);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static byte[] Document(string name, Action<XmlWriter> content)
    {
        using var memory = new MemoryStream();
        using (var writer = XmlWriter.Create(memory, new() { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = false }))
        {
            writer.WriteStartElement("TestRun", Namespace);
            writer.WriteAttributeString("name", name);
            content(writer);
            writer.WriteEndElement();
        }

        return memory.ToArray();
    }
}

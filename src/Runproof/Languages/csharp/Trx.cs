using System.Text;
using System.Xml;

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

    public static byte[] TimedOut(string id, string seconds) => Document("runproof", writer =>
    {
        var (type, name) = (TestIds.ClassOf(id), id[(TestIds.ClassOf(id).Length is > 0 and var length ? length + 1 : 0)..]);
        writer.WriteStartElement("Results", Namespace);
        writer.WriteStartElement("UnitTestResult", Namespace);
        foreach (var (attribute, value) in new[] { ("testId", "1"), ("testName", name), ("outcome", "Timeout") }) writer.WriteAttributeString(attribute, value);
        writer.WriteStartElement("Output", Namespace);
        writer.WriteStartElement("ErrorInfo", Namespace);
        writer.WriteElementString("Message", Namespace, $"runproof: time limit of {seconds} s");
        for (var i = 0; i < 4; i++) writer.WriteEndElement();
        writer.WriteStartElement("TestDefinitions", Namespace);
        writer.WriteStartElement("UnitTest", Namespace);
        writer.WriteAttributeString("id", "1");
        writer.WriteStartElement("TestMethod", Namespace);
        writer.WriteAttributeString("className", type);
        for (var i = 0; i < 3; i++) writer.WriteEndElement();
        Summary(writer, "Failed", null);
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

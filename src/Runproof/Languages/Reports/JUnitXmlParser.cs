using System.Globalization;
using System.Xml;

namespace Runproof.Languages.Reports;

/// <summary>
/// JUnit XML, as the frameworks write it: there is no binding schema. Test ids, in this order: a property <c>nodeid</c> of the test case (our own runners write it), pytest's
/// <c>xunit1</c> form (file, class, name → node id), else <c>classname.name</c>.
/// </summary>
internal sealed class JUnitXmlParser : IReportParser
{
    /// <summary>What our runners write into the message of a test that a time limit cut.</summary>
    public const string TimeLimit = "runproof: time limit";

    private const string PytestCollection = "collection failure";

    public string Format => "junit";

    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var builder = new TestReportBuilder(limits);
        var closed = false;
        try
        {
            using var reader = XmlReader.Create(report, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false, IgnoreComments = true, IgnoreProcessingInstructions = true, MaxCharactersInDocument = 1L << 30,
            });
            while (reader.Read())
            {
                if (reader.Depth == 0 && (reader.NodeType == XmlNodeType.EndElement || (reader.NodeType == XmlNodeType.Element && reader.IsEmptyElement))) closed = true;
                else if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "testcase") ReadCase(reader, builder, limits);
            }
        }
        catch (XmlException)
        {
            // Cut off or malformed. What stands before is what was reported; junk after the root does not undo it.
        }
        catch (InvalidOperationException)
        {
            closed = false;
        }

        return builder.Build(closed);
    }

    private static void ReadCase(XmlReader reader, TestReportBuilder builder, ReportLimits limits)
    {
        var (className, name, file) = (reader.GetAttribute("classname") ?? "", reader.GetAttribute("name") ?? "", reader.GetAttribute("file"));
        _ = double.TryParse(reader.GetAttribute("time"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds);
        string? id = null;
        var (outcome, message, details, collection) = (TestOutcome.Passed, (string?)null, (string?)null, false);
        if (!reader.IsEmptyElement)
        {
            var depth = reader.Depth;
            while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
            {
                if (reader.NodeType != XmlNodeType.Element) continue;
                switch (reader.LocalName)
                {
                    case "property" when reader.GetAttribute("name") == "nodeid":
                        id = reader.GetAttribute("value");
                        break;
                    case "failure" or "error" or "skipped":
                        var kind = reader.LocalName;
                        var (said, type) = (reader.GetAttribute("message") ?? "", reader.GetAttribute("type") ?? "");
                        var text = TextOf(reader, limits);
                        var found = kind switch { "skipped" => TestOutcome.Skipped, "failure" => TestOutcome.Failed, _ => TestOutcome.Errored };
                        if (kind != "skipped" && (said.Contains(TimeLimit, StringComparison.Ordinal) || type.Contains(TimeLimit, StringComparison.Ordinal))) found = TestOutcome.TimedOut;
                        collection |= kind == "error" && said == PytestCollection;
                        if (found > outcome) (outcome, message, details) = (found, said, text);
                        break;
                    default:
                        break;
                }
            }
        }

        if (collection) builder.AddCollectionFailure(className.Length == 0 ? name : $"{className}.{name}", details ?? message ?? "");

        // A module that pytest skips as a whole stands there as a case without a class; it is no test.
        else if (id is not null || className.Length > 0 || outcome != TestOutcome.Skipped) builder.Add(new(id ?? IdOf(className, name, file), outcome, Math.Max(0, seconds), message, details, file));
    }

    /// <summary>The text of the current element, capped; the reader ends on its last node.</summary>
    private static string TextOf(XmlReader reader, ReportLimits limits)
    {
        if (reader.IsEmptyElement) return "";
        var depth = reader.Depth;
        var text = new System.Text.StringBuilder();
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace && text.Length < limits.DetailCharacters) text.Append(reader.Value);
        }

        return text.ToString();
    }

    /// <summary>pytest's <c>xunit1</c>: class <c>tests.test_a.TestB</c> in file <c>tests/test_a.py</c> → <c>tests/test_a.py::TestB::name</c>.</summary>
    private static string IdOf(string className, string name, string? file)
    {
        if (className.Length == 0) return name;
        if (file is null || !file.EndsWith(".py", StringComparison.Ordinal)) return $"{className}.{name}";
        var module = file[..^3].Replace('/', '.');
        if (className == module) return $"{file}::{name}";
        return className.StartsWith(module + ".", StringComparison.Ordinal) ? $"{file}::{className[(module.Length + 1)..].Replace(".", "::", StringComparison.Ordinal)}::{name}" : $"{className}.{name}";
    }
}

using System.Globalization;
using System.Text;
using System.Xml;

namespace Runproof.Languages.Reports;

/// <summary>
/// TRX, as VSTest and xUnit v3 write it (schema <c>vstst.xsd</c> of Visual Studio): one document for each test project, one after the other. Test ids are <c>class.method(arguments)</c>: the
/// test's name, with its class before it where the framework leaves that out (NUnit, MSTest). A project that does not build is a document of our own runner, named <c>runproof: build of PROJECT</c>.
/// </summary>
internal sealed class TrxParser : IReportParser
{
    private const string Build = "runproof: build of ";

    /// <summary>Words of a frame that failed before or after the test itself: NUnit, MSTest, xUnit.</summary>
    private static readonly string[] SetUpFailures =
    [
        "OneTimeSetUp: ", "SetUp : ", "TearDown : ", "OneTimeTearDown: ", "Initialization method ", "Class Initialization method ", "Assembly Initialization method ", "TestCleanup method ", "Class Cleanup method ",
        "[Test Class Cleanup Failure", "[Test Collection Cleanup Failure", "[Test Assembly Cleanup Failure", "Class fixture type ", "Collection fixture type ",
    ];

    public string Format => "trx";

    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var state = new State(limits);
        try
        {
            using var reader = XmlReader.Create(new OneDocument(report), new XmlReaderSettings
            {
                ConformanceLevel = ConformanceLevel.Fragment, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false, IgnoreComments = true, IgnoreProcessingInstructions = true,
                MaxCharactersInDocument = 1L << 30,
            });
            while (reader.Read()) state.Take(reader);
            return state.End(isWhole: true);
        }
        catch (Exception error) when (error is XmlException or InvalidOperationException or ArgumentException)
        {
            // Cut off or malformed: documents that were closed before hold.
            return state.End(isWhole: false);
        }
    }

    private sealed class State(ReportLimits limits)
    {
        private readonly TestReportBuilder _builder = new(limits);
        private readonly List<Pending> _results = [];
        private readonly Stack<Pending> _open = [];
        private readonly Dictionary<string, string> _classes = [];
        private string _run = "";
        private string _definition = "";
        private string _failures = "";
        private int _documents;
        private bool _inRun;
        private bool _aborted;

        public void Take(XmlReader reader)
        {
            if (reader.NodeType == XmlNodeType.EndElement)
            {
                if (reader.LocalName == "UnitTestResult" && _open.Count > 0) _open.Pop();
                else if (reader.Depth == 0) Close();
                return;
            }

            if (reader.NodeType != XmlNodeType.Element) return;
            var isEmpty = reader.IsEmptyElement;
            switch (reader.LocalName)
            {
                case "TestRun" when reader.Depth == 0:
                    (_run, _inRun) = (reader.GetAttribute("name") ?? "", true);
                    if (isEmpty) Close();
                    break;
                case "UnitTestResult":
                    var result = new Pending(reader.GetAttribute("testId") ?? "", reader.GetAttribute("testName") ?? "", OutcomeOf(reader.GetAttribute("outcome")), Seconds(reader.GetAttribute("duration")));
                    if (_results.Count <= limits.Tests) _results.Add(result);
                    if (!isEmpty) _open.Push(result);
                    break;
                case "Message" when _open.Count > 0:
                    _open.Peek().Message = TextOf(reader);
                    break;
                case "StackTrace" when _open.Count > 0:
                    _open.Peek().Trace = TextOf(reader);
                    break;
                case "UnitTest":
                    _definition = reader.GetAttribute("id") ?? "";
                    break;
                case "TestMethod" when _definition.Length > 0:
                    // MSTest may name the assembly behind the class.
                    if (_classes.Count <= limits.Tests) _classes.TryAdd(_definition, (reader.GetAttribute("className") ?? "").Split(',')[0]);
                    break;
                case "ResultSummary":
                    _aborted |= reader.GetAttribute("outcome") == "Aborted";
                    break;
                case "Text" when _open.Count == 0:
                    var text = TextOf(reader);

                    // xUnit's adapter says each failing test as an error of the run; only this one means that tests are lost.
                    _aborted |= text.Contains("test run was aborted", StringComparison.OrdinalIgnoreCase) || text.Contains("Test host process crashed", StringComparison.Ordinal);
                    if (_failures.Length < limits.DetailCharacters) _failures += text + "\n";
                    break;
                default:
                    break;
            }
        }

        public TestReport End(bool isWhole) => _builder.Build(isWhole && _documents > 0 && !_inRun && !_aborted);

        private void Close()
        {
            if (!_inRun) return;
            if (_run.StartsWith(Build, StringComparison.Ordinal)) _builder.AddCollectionFailure(_run[Build.Length..], _failures);
            foreach (var result in _results)
            {
                // Without its definition nothing says which class it belongs to.
                if (_classes.TryGetValue(result.Test, out var type)) _builder.Add(result.As(IdOf(type, result.Name)));
                else _aborted = true;
            }

            if (_results.Count > limits.Tests) _aborted = true;
            _results.Clear();
            _classes.Clear();
            _open.Clear();
            (_run, _definition, _failures, _inRun) = ("", "", "", false);
            _documents++;
        }

        /// <summary>The text of the current element, capped; the reader ends on its last node.</summary>
        private string TextOf(XmlReader reader)
        {
            if (reader.IsEmptyElement) return "";
            var depth = reader.Depth;
            var text = new StringBuilder();
            while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace && text.Length < limits.DetailCharacters) text.Append(reader.Value);
            }

            return text.Length <= limits.DetailCharacters ? text.ToString() : text.ToString(0, limits.DetailCharacters);
        }
    }

    private static string IdOf(string type, string name) => type.Length == 0 || name.StartsWith(type + ".", StringComparison.Ordinal) ? name : $"{type}.{name}";

    private static TestOutcome OutcomeOf(string? word) => word switch
    {
        "Passed" => TestOutcome.Passed,
        "NotExecuted" or "Inconclusive" or "Warning" => TestOutcome.Skipped,
        "Timeout" => TestOutcome.TimedOut,
        "Failed" => TestOutcome.Failed,
        _ => TestOutcome.Errored,
    };

    private static double Seconds(string? duration) => TimeSpan.TryParse(duration, CultureInfo.InvariantCulture, out var time) ? Math.Max(0, time.TotalSeconds) : 0;

    private sealed class Pending(string test, string name, TestOutcome outcome, double seconds)
    {
        public string Test => test;

        public string Name => name;

        public string? Message { get; set; }

        public string? Trace { get; set; }

        public TestResult As(string id)
        {
            var message = Message?.Trim() ?? "";
            if (outcome is TestOutcome.Passed or TestOutcome.Skipped) return new(id, outcome, seconds);
            var found = message.StartsWith(JUnitXmlParser.TimeLimit, StringComparison.Ordinal) ? TestOutcome.TimedOut
                : outcome == TestOutcome.Failed && SetUpFailures.Any(words => message.StartsWith(words, StringComparison.Ordinal)) ? TestOutcome.Errored : outcome;
            return new(id, found, seconds, message.Length > 0 ? message.Split('\n')[0].Trim() : found.ToString(), $"{message}\n{Trace}");
        }
    }

    /// <summary>
    /// Several documents read as one fragment, in which an XML declaration may stand nowhere: each is renamed to an instruction that means nothing, and marks of byte order become white space.
    /// </summary>
    private sealed class OneDocument(Stream inner) : Stream
    {
        private static readonly byte[] Declaration = "<?xml"u8.ToArray();
        private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
        private readonly byte[] _carried = new byte[2];
        private int _carriedCount;
        private int _matched;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (count < 3) throw new ArgumentException("the buffer is too small", nameof(count));
            _carried.AsSpan(0, _carriedCount).CopyTo(buffer.AsSpan(offset));
            var read = inner.Read(buffer, offset + _carriedCount, count - _carriedCount);
            var isEnd = read == 0;
            var bytes = buffer.AsSpan(offset, _carriedCount + read);
            for (var i = _carriedCount; i < bytes.Length; i++) Rename(ref bytes[i]);
            for (int at; (at = bytes.IndexOf(Mark)) >= 0;) bytes.Slice(at, 3).Fill((byte)' ');

            // A mark may go on in the next part.
            _carriedCount = isEnd ? 0 : bytes.EndsWith(Mark.AsSpan(0, 2)) ? 2 : bytes.EndsWith(Mark.AsSpan(0, 1)) ? 1 : 0;
            bytes[^_carriedCount..].CopyTo(_carried);
            var given = bytes.Length - _carriedCount;
            return given > 0 || isEnd ? given : Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Rename(ref byte one)
        {
            _matched = one == Declaration[_matched] ? _matched + 1 : one == Declaration[0] ? 1 : 0;
            if (_matched < Declaration.Length) return;
            one = (byte)'_';
            _matched = 0;
        }
    }
}

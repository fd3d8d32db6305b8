using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runproof.Languages.Reports;

/// <summary>
/// The event lines of <c>go test -json</c> (<c>go doc test2json</c>), mixed with what the go command prints itself. Test ids are <c>package.Test/sub</c>. A package that does not
/// compile is a collection failure; a test that panics failed; one that ends the process in another way is an error; tests that never began, or that another took with it, are not listed.
/// </summary>
internal sealed partial class GoTestJsonParser : IReportParser
{
    private const int PlainTextCharacters = 64 << 10;

    public string Format => "go-test-json";

    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var state = new State(limits);
        var whole = true;
        foreach (var line in BoundedLines.Read(report))
        {
            whole = line.IsWhole;
            if (EventIn(line.Text) is { } document)
            {
                using (document) state.Take(document.RootElement);
            }
            else
            {
                state.TakeText(line.Text);
            }
        }

        return state.End(whole);
    }

    /// <summary>The event of a line, wherever it begins: text printed without a line feed may stand before it.</summary>
    private static JsonDocument? EventIn(string line)
    {
        foreach (var start in new[] { "{\"Time\":", "{\"ImportPath\":", "{\"Action\":" })
        {
            var at = line.IndexOf(start, StringComparison.Ordinal);
            if (at < 0) continue;
            try
            {
                return JsonDocument.Parse(line[at..]);
            }
            catch (JsonException)
            {
                // Text that only looks like an event.
            }
        }

        return null;
    }

    private sealed class State(ReportLimits limits)
    {
        private readonly TestReportBuilder _builder = new(limits);
        private readonly Dictionary<string, string> _running = [];
        private readonly Dictionary<string, StringBuilder> _output = [];
        private readonly Dictionary<string, bool> _ended = [];
        private readonly HashSet<string> _failedTests = [];
        private readonly HashSet<string> _paused = [];
        private readonly Dictionary<string, string> _panicked = [];
        private readonly HashSet<string> _timedOut = [];
        private readonly StringBuilder _text = new();

        public void TakeText(string line)
        {
            if (_text.Length < PlainTextCharacters) _text.Append(line).Append('\n');
            if (NotBuilt().Match(line) is not { Success: true } match) return;
            _builder.AddCollectionFailure(match.Groups[1].Value, _text.ToString());
            _ended[match.Groups[1].Value] = true;
        }

        public void Take(JsonElement record)
        {
            if (record.ValueKind != JsonValueKind.Object) return;
            string Text(string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            var (action, package, test) = (Text("Action"), Text("Package"), Text("Test"));
            if (action == "build-output") TakeText(Text("Output").TrimEnd('\n'));
            if (package.Length == 0) return;
            _ended.TryAdd(package, false);
            var id = test.Length > 0 ? $"{package}.{test}" : package;
            switch (action)
            {
                case "output":
                    Keep(id, package, Text("Output"));
                    if (test.Length == 0 && NotBuilt().IsMatch(Text("Output"))) TakeText(Text("Output").TrimEnd('\n'));
                    break;
                case "run" when test.Length > 0:
                    _running[id] = package;
                    break;
                case "pause":
                    _paused.Add(id);
                    break;
                case "cont":
                    _paused.Remove(id);
                    break;
                case "pass" or "fail" or "skip" when test.Length > 0:
                    _running.Remove(id);
                    var seconds = record.TryGetProperty("Elapsed", out var elapsed) && elapsed.ValueKind == JsonValueKind.Number ? elapsed.GetDouble() : 0;
                    Add(id, action switch { "pass" => TestOutcome.Passed, "skip" => TestOutcome.Skipped, _ => TestOutcome.Failed }, seconds);
                    break;
                case "pass" or "fail" or "skip":
                    EndPackage(package, action == "fail", Text("FailedBuild").Length > 0);
                    break;
                default:
                    break;
            }
        }

        public TestReport End(bool lastLineIsWhole)
        {
            // The go command refused before it came to any package: go.mod cannot be read, or asks for a newer Go.
            if (_ended.Count == 0 && _text.ToString().Trim() is { Length: > 0 } refusal) _builder.AddCollectionFailure("go.mod", refusal);

            // Tests of a package that never ended: the run was cut off, and nothing is known of them.
            return _builder.Build(lastLineIsWhole && _ended.Count > 0 && _ended.Values.All(ended => ended));
        }

        private void EndPackage(string package, bool failed, bool failedBuild)
        {
            var known = _ended[package];
            _ended[package] = true;
            var unfinished = _running.Where(pair => pair.Value == package).Select(pair => pair.Key).ToList();
            foreach (var id in unfinished) _running.Remove(id);
            foreach (var id in Guilty(package, unfinished))
            {
                Add(id, _timedOut.Contains(package) ? TestOutcome.TimedOut : IsOrHolds(id, _panicked.Keys) ? TestOutcome.Failed : TestOutcome.Errored, 0);
                _failedTests.Add(package);
            }

            if (failed && !known && (failedBuild || !_failedTests.Contains(package))) _builder.AddCollectionFailure(package, _text + OutputOf(package));
        }

        /// <summary>Which of the tests that did not end may have ended the process. The others are not listed, since nothing is known of them.</summary>
        private List<string> Guilty(string package, List<string> unfinished)
        {
            // A test that waits for its turn (t.Parallel) does nothing; where one panicked, no other did.
            var active = unfinished.Where(id => !_paused.Contains(id)).ToList();
            if (_timedOut.Contains(package)) return active;
            return _panicked.ContainsValue(package) ? [.. active.Where(id => IsOrHolds(id, _panicked.Keys))] : active.Count > 0 ? active : unfinished;
        }

        /// <summary>A parent shares the fate of its subtest.</summary>
        private static bool IsOrHolds(string id, IEnumerable<string> others) => others.Any(other => other == id || other.StartsWith(id + "/", StringComparison.Ordinal));

        private void Add(string id, TestOutcome outcome, double seconds)
        {
            var output = OutputOf(id);
            _output.Remove(id);
            if (outcome is TestOutcome.Passed or TestOutcome.Skipped)
            {
                _builder.Add(new(id, outcome, seconds));
                return;
            }

            _failedTests.Add(PackageOf(id));
            var message = output.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && !Frame().IsMatch(line)) ?? outcome.ToString();
            _builder.Add(new(id, outcome, seconds, message, output));
        }

        private string PackageOf(string id) => _ended.Keys.Where(package => id.StartsWith(package + ".", StringComparison.Ordinal)).MaxBy(package => package.Length) ?? "";

        private void Keep(string id, string package, string text)
        {
            if (text.Contains("panic: test timed out after", StringComparison.Ordinal)) _timedOut.Add(package);
            else if (text.Contains("panic: ", StringComparison.Ordinal) || text.StartsWith("fatal error: ", StringComparison.Ordinal)) _panicked[id] = package;
            if (!_output.TryGetValue(id, out var kept)) _output.Add(id, kept = new());
            if (kept.Length < limits.DetailCharacters) kept.Append(text);
        }

        private string OutputOf(string id) => _output.TryGetValue(id, out var text) ? text.ToString() : "";
    }

    [GeneratedRegex(@"^FAIL\s+(\S+) \[(?:build|setup) failed\]")]
    private static partial Regex NotBuilt();

    [GeneratedRegex(@"^(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:FAIL|PASS|SKIP))")]
    private static partial Regex Frame();
}

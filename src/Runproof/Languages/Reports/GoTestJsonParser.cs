using System.Text;
using System.Text.Json;
namespace Runproof.Languages.Reports;
internal sealed class GoTestJsonParser : IReportParser
{
    public string Format => "go-test-json";
    public TestReport Parse(Stream report, ReportLimits limits)
    {
        var b = new TestReportBuilder(limits);
        var running = new Dictionary<string, string>();
        var output = new Dictionary<string, StringBuilder>();
        var pkgs = new Dictionary<string, bool>();
        var failed = new HashSet<string>();
        var plain = new StringBuilder();
        using var r = new StreamReader(report);
        while (r.ReadLine() is { } line)
        {
            var at = line.IndexOf("{\"Time\"", StringComparison.Ordinal);
            if (at < 0) { if (plain.Length < 20000) plain.AppendLine(line); continue; }
            try
            {
                using var d = JsonDocument.Parse(line[at..]);
                var e = d.RootElement;
                string S(string n) => e.TryGetProperty(n, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : "";
                var (action, pkg, test) = (S("Action"), S("Package"), S("Test"));
                var secs = e.TryGetProperty("Elapsed", out var el) ? el.GetDouble() : 0;
                pkgs.TryAdd(pkg, false);
                var key = test.Length > 0 ? pkg + "." + test : pkg;
                if (action == "output") { if (!output.TryGetValue(key, out var o)) output[key] = o = new(); if (o.Length < limits.DetailCharacters) o.Append(S("Output")); continue; }
                if (test.Length == 0)
                {
                    if (action is "pass" or "fail" or "skip")
                    {
                        pkgs[pkg] = true;
                        var text = output.TryGetValue(pkg, out var po) ? po.ToString() : "";
                        var left = running.Where(x => x.Value == pkg).Select(x => x.Key).ToList();
                        foreach (var t in left)
                        {
                            var to = output.TryGetValue(t, out var x) ? x.ToString() : "";
                            var timed = (to + text).Contains("panic: test timed out", StringComparison.Ordinal);
                            var panic = to.Contains("panic:", StringComparison.Ordinal);
                            b.Add(new(t, timed ? TestOutcome.TimedOut : panic ? TestOutcome.Failed : TestOutcome.Errored, 0, panic ? "panic" : "did not end", to));
                            running.Remove(t);
                            failed.Add(pkg);
                        }
                        if (action == "fail" && !failed.Contains(pkg)) b.AddCollectionFailure(pkg, text + plain);
                    }
                    continue;
                }
                if (action == "run") running[key] = pkg;
                if (action is "pass" or "fail" or "skip")
                {
                    running.Remove(key);
                    if (action == "fail") failed.Add(pkg);
                    var to = output.TryGetValue(key, out var x) ? x.ToString() : "";
                    b.Add(new(key, action == "pass" ? TestOutcome.Passed : action == "skip" ? TestOutcome.Skipped : TestOutcome.Failed, secs, action == "fail" ? to.Split('\n').FirstOrDefault(l => l.StartsWith("    ")) : null, action == "fail" ? to : null));
                    output.Remove(key);
                }
            }
            catch (JsonException) { }
        }
        return b.Build(pkgs.Count > 0 && pkgs.Values.All(v => v));
    }
}

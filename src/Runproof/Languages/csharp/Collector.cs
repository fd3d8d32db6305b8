// Loaded into VSTest's test process: writes which probes each test hits, and ends the process when a test exceeds its limit.
#nullable disable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollection;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.DataCollector.InProcDataCollector;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.InProcDataCollector;

namespace Runproof;

public sealed class Collector : InProcDataCollection
{
    private readonly Dictionary<string, double> _limits = new Dictionary<string, double>();
    private double _usual;
    private volatile Running _running;
    private Timer _timer;

    public void Initialize(IDataCollectionSink dataCollectionSink)
    {
        _usual = Number(Environment.GetEnvironmentVariable("RUNPROOF_TEST_SECONDS"));
        var chosen = Environment.GetEnvironmentVariable("RUNPROOF_SELECT");
        if (!string.IsNullOrEmpty(chosen) && File.Exists(chosen))
        {
            foreach (var line in File.ReadAllLines(chosen))
            {
                var space = line.IndexOf(' ');
                if (space > 0) _limits[line.Substring(space + 1)] = Number(line.Substring(0, space));
            }
        }

        if (_usual > 0 || _limits.Count > 0) _timer = new Timer(_ => Look(), null, 100, 100);
    }

    public void TestSessionStart(TestSessionStartArgs testSessionStartArgs) { }

    public void TestCaseStart(TestCaseStartArgs testCaseStartArgs)
    {
        ProbeHits.Write(null);
        var id = IdOf(testCaseStartArgs.TestCase);
        _running = new Running(id, _limits.TryGetValue(id, out var own) ? own : _usual);
    }

    public void TestCaseEnd(TestCaseEndArgs testCaseEndArgs)
    {
        _running = null;
        ProbeHits.Write(IdOf(testCaseEndArgs.DataCollectionContext.TestCase));
    }

    public void TestSessionEnd(TestSessionEndArgs testSessionEndArgs) => _running = null;

    private static string IdOf(TestCase test) => TestIds.Of(TestIds.ClassOf(test.FullyQualifiedName), test.DisplayName);

    private void Look()
    {
        var running = _running;
        if (running == null || running.Limit <= 0 || running.Since.Elapsed.TotalSeconds < running.Limit) return;
        File.AppendAllText(Environment.GetEnvironmentVariable("RUNPROOF_TIMEOUTS"), running.Limit.ToString("0.###", CultureInfo.InvariantCulture) + " " + running.Id + "\n");
        Process.GetCurrentProcess().Kill();
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class Running
    {
        public Running(string id, double limit) => (Id, Limit) = (id, limit);

        public string Id { get; }

        public double Limit { get; }

        public Stopwatch Since { get; } = Stopwatch.StartNew();
    }
}

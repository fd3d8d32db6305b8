using System.Diagnostics;
using System.Globalization;

/// <summary>What becomes of the tests of one run. A test that exceeds its limit ends the process, as in <c>Collector</c>.</summary>
internal sealed class HostResults : IDisposable
{
    private readonly Dictionary<string, double> _limits;
    private readonly double _usual;
    private readonly bool _stops;
    private readonly string _timeouts;
    private readonly Func<bool> _isSound;
    private readonly List<OneResult> _all = [];
    private volatile Running? _running;
    private volatile bool _isOver;

    /// <param name="isSound">Whether what runs is what was asked for.</param>
    public HostResults(HostRequest request, Func<bool> isSound)
    {
        _isSound = isSound;
        _usual = Number(request["usual"]);
        _limits = request.Pairs("limit").DistinctBy(pair => pair.Second).ToDictionary(pair => pair.Second, pair => Number(pair.First));
        _timeouts = request["timeouts"];
        _stops = request.Stops;

        // A thread of its own, since tests may use up those of the pool.
        if (_usual > 0 || _limits.Count > 0) new Thread(Look) { IsBackground = true }.Start();
    }

    public IReadOnlyList<OneResult> All => _all;

    public bool HasFailed => _all.Any(result => result.Outcome is not "Passed" and not "NotExecuted");

    /// <summary>Whether the run was to end at the first failure of a chosen test (of any where none was chosen), and there was one.</summary>
    public bool IsEnough { get; private set; }

    public void Start(string id) => _running = new(id, _limits.TryGetValue(id, out var own) ? own : _usual, Stopwatch.StartNew());

    public void End() => _running = null;

    public void Add(OneResult result)
    {
        lock (_all) _all.Add(result);
        IsEnough |= _stops && result.Outcome == "Failed" && (_limits.Count == 0 || _limits.ContainsKey(TestIds.Of(result.Type, result.Name)));
    }

    public void Dispose() => _isOver = true;

    private void Look()
    {
        for (; !_isOver; Thread.Sleep(20))
        {
            if (_running is not { Limit: > 0 } running || running.Since.Elapsed.TotalSeconds < running.Limit) continue;
            if (_isSound()) File.AppendAllText(_timeouts, $"{running.Limit.ToString("0.###", CultureInfo.InvariantCulture)} {running.Id}\n");
            Process.GetCurrentProcess().Kill();
        }
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed record Running(string Id, double Limit, Stopwatch Since);
}

using System.Globalization;
using Spectre.Console;

namespace Runproof.Cli.Terminal;

/// <summary>Progress as bars on a terminal and as plain lines otherwise. With <c>--json</c> all of it goes to stderr.</summary>
internal sealed class ConsoleLog : IProgressLog
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(15);
    private readonly Lock _writing = new();
    private readonly bool _bars;

    public ConsoleLog(bool json)
    {
        var output = json ? System.Console.Error : System.Console.Out;
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        _bars = json ? !System.Console.IsErrorRedirected : !System.Console.IsOutputRedirected;

        // A pipe has no width: lines must not be wrapped for it.
        if (!_bars) Console.Profile.Width = 400;
    }

    public IAnsiConsole Console { get; }

    public void Say(string text)
    {
        lock (_writing) Console.MarkupLineInterpolated($"{text}");
    }

    public IProgressItem Begin(string title, int? items) => _bars ? new Bar(this, title, items) : new Lines(this, title, items);

    /// <summary>One bar, redrawn in place: title, bar, count, rate, time left, note.</summary>
    private sealed class Bar : IProgressItem
    {
        private readonly ConsoleLog _log;
        private readonly string _title;
        private readonly int? _items;
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private readonly Timer _timer;
        private int _done;
        private string? _note;
        private bool _ended;

        public Bar(ConsoleLog log, string title, int? items)
        {
            (_log, _title, _items) = (log, title, items);
            _timer = new Timer(_ => Draw(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        }

        public void Advance(int items, string? note = null)
        {
            Interlocked.Add(ref _done, items);
            _note = note ?? _note;
        }

        public void Dispose()
        {
            _timer.Dispose();
            lock (_log._writing)
            {
                _ended = true;
                _log.Console.Profile.Out.Writer.Write("\r\u001b[2K");
                _log.Console.MarkupLineInterpolated($"[green]✓[/] {_title}{Count()} [grey]{Clock(Elapsed)}[/] {_note ?? ""}");
            }
        }

        private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

        private string Count() => _items is null ? "" : $" {_done}/{_items}";

        private void Draw()
        {
            lock (_log._writing)
            {
                if (_ended) return;
                const int width = 24;
                var share = _items is > 0 ? Math.Clamp(_done / (double)_items, 0, 1) : (Elapsed.TotalSeconds % 4) / 4;
                var filled = (int)(share * width);
                var rate = _done > 0 && Elapsed.TotalSeconds > 1 ? _done / Elapsed.TotalMinutes : 0;
                var left = rate > 0 && _items is { } all && all > _done ? $" · {Clock(TimeSpan.FromMinutes((all - _done) / rate))} left" : "";
                var text = $"{_title} {new string('━', filled)}{new string('─', width - filled)}{Count()} · {Clock(Elapsed)}{(rate > 0 ? $" · {rate.ToString("0.#", CultureInfo.InvariantCulture)}/min" : "")}{left}{(_note is null ? "" : " · " + _note)}";
                var room = Math.Max(20, _log.Console.Profile.Width - 1);
                _log.Console.Profile.Out.Writer.Write("\r\u001b[2K" + (text.Length > room ? text[..room] : text));
                _log.Console.Profile.Out.Writer.Flush();
            }
        }
    }

    private sealed class Lines : IProgressItem
    {
        private readonly ConsoleLog _log;
        private readonly string _title;
        private readonly int? _items;
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private long _lastLine = TimeProvider.System.GetTimestamp();
        private int _done;
        private string? _note;

        public Lines(ConsoleLog log, string title, int? items) => (_log, _title, _items) = (log, title, items);

        public void Advance(int items, string? note = null)
        {
            Interlocked.Add(ref _done, items);
            _note = note ?? _note;
            if (TimeProvider.System.GetElapsedTime(_lastLine) < LineEvery) return;
            _lastLine = TimeProvider.System.GetTimestamp();
            _log.Say(Line());
        }

        public void Dispose() => _log.Say(Line());

        private string Line()
        {
            var elapsed = TimeProvider.System.GetElapsedTime(_started);
            var rate = _items is not null && _done > 0 && elapsed.TotalSeconds > 1 ? $", {(_done / elapsed.TotalMinutes).ToString("0.#", CultureInfo.InvariantCulture)}/min" : "";
            return $"{_title}{(_items is null ? "" : $": {_done}/{_items}")} ({Clock(elapsed)}{rate}){(_note is null ? "" : ", " + _note)}";
        }
    }

    private static string Clock(TimeSpan span) => span.TotalMinutes >= 1 ? $"{(int)span.TotalMinutes}m{span.Seconds:00}s" : $"{span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)}s";
}

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

    /// <summary>What both ways of showing count alike. What an earlier call did is part of the count and not of the rate.</summary>
    private abstract class Item(ConsoleLog log, string title, int? items) : IProgressItem
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private int _done;
        private int _skipped;
        private string? _note;

        protected ConsoleLog Log => log;

        protected string Title => title;

        protected TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

        protected double? Share => items is > 0 ? Math.Clamp(_done / (double)items, 0, 1) : null;

        protected string Count => items is null ? "" : $" {_done}/{items}";

        protected string Note(string separator) => _note is null ? "" : separator + _note;

        protected string Rate(string separator) => PerMinute is > 0 and var rate ? $"{separator}{rate.ToString("0.#", CultureInfo.InvariantCulture)}/min" : "";

        protected string Left(string separator) => PerMinute is > 0 and var rate && items - _done is > 0 and var left ? $"{separator}{Clock(TimeSpan.FromMinutes(left / rate))} left" : "";

        private double PerMinute => items is not null && Elapsed.TotalSeconds > 1 ? (_done - _skipped) / Elapsed.TotalMinutes : 0;

        public void Skip(int items)
        {
            Interlocked.Add(ref _skipped, items);
            Interlocked.Add(ref _done, items);
        }

        public virtual void Advance(int items, string? note = null)
        {
            Interlocked.Add(ref _done, items);
            _note = note ?? _note;
        }

        public abstract void Dispose();
    }

    /// <summary>One bar, redrawn in place: title, bar, count, time, rate, time left, note.</summary>
    private sealed class Bar : Item
    {
        private const int Width = 24;
        private readonly Timer _timer;
        private bool _ended;

        public Bar(ConsoleLog log, string title, int? items)
            : base(log, title, items) => _timer = new Timer(_ => Draw(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));

        public override void Dispose()
        {
            _timer.Dispose();
            lock (Log._writing)
            {
                _ended = true;
                Log.Console.Profile.Out.Writer.Write("\r\u001b[2K");
                Log.Console.MarkupLineInterpolated($"[green]✓[/] {Title}{Count} [grey]{Clock(Elapsed)}[/]{Note(" ")}");
            }
        }

        private void Draw()
        {
            lock (Log._writing)
            {
                if (_ended) return;
                var filled = (int)((Share ?? (Elapsed.TotalSeconds % 4) / 4) * Width);
                var text = $"{Title} {new string('━', filled)}{new string('─', Width - filled)}{Count} · {Clock(Elapsed)}{Rate(" · ")}{Left(" · ")}{Note(" · ")}";
                var room = Math.Max(20, Log.Console.Profile.Width - 1);
                Log.Console.Profile.Out.Writer.Write("\r\u001b[2K" + (text.Length > room ? text[..room] : text));
                Log.Console.Profile.Out.Writer.Flush();
            }
        }
    }

    /// <summary>A line now and then, and one at the end.</summary>
    private sealed class Lines(ConsoleLog log, string title, int? items) : Item(log, title, items)
    {
        private long _lastLine = TimeProvider.System.GetTimestamp();

        public override void Advance(int items, string? note = null)
        {
            base.Advance(items, note);
            if (TimeProvider.System.GetElapsedTime(_lastLine) < LineEvery) return;
            _lastLine = TimeProvider.System.GetTimestamp();
            Log.Say(Line());
        }

        public override void Dispose() => Log.Say(Line());

        private string Line() => $"{Title}{(Count.Length > 0 ? ":" : "")}{Count} ({Clock(Elapsed)}{Rate(", ")}){Note(", ")}";
    }

    private static string Clock(TimeSpan span) => span.TotalMinutes >= 1 ? $"{(int)span.TotalMinutes}m{span.Seconds:00}s" : $"{span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)}s";
}

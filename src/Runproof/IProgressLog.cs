namespace Runproof;

/// <summary>Where long work tells how it goes. Implementations must be safe to call from any thread.</summary>
public interface IProgressLog
{
    /// <summary>Something worth a line.</summary>
    void Say(string text);

    /// <summary>Begins a piece of work of so many items; null where the number is not known.</summary>
    IProgressItem Begin(string title, int? items);
}

/// <summary>One piece of work; disposing it ends it.</summary>
public interface IProgressItem : IDisposable
{
    /// <summary>Items that an earlier call did: done, but no sign of how fast this one is.</summary>
    void Skip(int items);

    /// <param name="note">Shown beside the bar, for example how many were kept.</param>
    void Advance(int items, string? note = null);
}

/// <summary>Says nothing.</summary>
public sealed class SilentLog : IProgressLog, IProgressItem
{
    public static SilentLog Instance { get; } = new();

    public void Say(string text) { }

    public IProgressItem Begin(string title, int? items) => this;

    public void Skip(int items) { }

    public void Advance(int items, string? note = null) { }

    public void Dispose() { }
}

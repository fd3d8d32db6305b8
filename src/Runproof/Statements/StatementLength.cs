using System.Text.RegularExpressions;

namespace Runproof.Statements;

/// <summary>How much a statement says, by the words of its prose.</summary>
#pragma warning disable CA1720 // words of writing here, not of types
public enum StatementLength
{
    /// <summary>Up to 90 words.</summary>
    Short,

    /// <summary>91 to 220 words.</summary>
    Medium,

    /// <summary>More.</summary>
    Long,
}
#pragma warning restore CA1720

/// <summary>The bounds of the lengths and what a model is asked for. The classes have no gap and do not overlap, so that a recorded length is always a true one.</summary>
internal static partial class StatementLengths
{
    private const int Fewest = 12;
    private const int ShortEnds = 90;
    private const int MediumEnds = 220;
    private const int Most = 700;

    public static StatementLength Of(string text) => Words(text) switch { <= ShortEnds => StatementLength.Short, <= MediumEnds => StatementLength.Medium, _ => StatementLength.Long };

    /// <summary>Each length for a third of the seeds.</summary>
    public static StatementLength Choose(int seed) => (StatementLength)((uint)seed / 4 % 3);

    public static bool Fits(string text, StatementLength length) => Of(text) == length && Words(text) is >= Fewest and <= Most;

    /// <summary>Words outside of code blocks, which hold what was observed and not what the writer makes of it.</summary>
    public static int Words(string text) => Block().Replace(text, " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Well inside the bounds: models count badly.</summary>
    public static string Wanted(StatementLength length) => length switch { StatementLength.Short => "30 to 70", StatementLength.Medium => "120 to 180", _ => "280 to 450" };

    public static int MostExamples(StatementLength length) => (int)length + 1;

    [GeneratedRegex(@"^```.*?(?:^```|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}

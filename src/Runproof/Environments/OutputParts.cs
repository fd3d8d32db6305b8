using System.Globalization;
using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>The result files that the wrapper of <see cref="TestCommand"/> prints, and behind them the line <c>end EXIT NAME=SIZE...</c>.</summary>
internal sealed class OutputParts
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _parts = [];

    public int? ExitCode { get; private set; }

    public ReadOnlyMemory<byte>? Find(string name) => _parts.TryGetValue(name, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;

    /// <summary>
    /// Reads from the end: code under test can write to the same stream while it lives, but not behind the wrapper, which first ends all that still runs. An output that was cut or
    /// whose form is wrong gives no part at all.
    /// </summary>
    public static OutputParts Read(CapturedOutput output)
    {
        var none = new OutputParts();
        var rest = output.Bytes;
        if (!output.IsWhole || rest.IsEmpty || rest.Span[^1] != '\n') return none;
        rest = rest[..^1];
        var words = Encoding.UTF8.GetString(rest.Span[(rest.Span.LastIndexOf((byte)'\n') + 1)..]).Split(' ');
        if (words.Length < 2 || words[0] != "end" || !Number(words[1], out var code)) return none;
        var parts = new OutputParts { ExitCode = code };
        rest = rest[..Math.Max(0, rest.Span.LastIndexOf((byte)'\n'))];
        foreach (var word in words.Skip(2).Reverse())
        {
            if (word.Split('=') is not [var name, var text] || !Number(text, out var size) || size > rest.Length) return none;
            parts._parts[name] = rest[^size..];
            rest = rest[..^size];
        }

        return parts;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

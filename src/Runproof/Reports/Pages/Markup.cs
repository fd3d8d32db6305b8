using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Runproof.Reports.Pages;

/// <summary>
/// A piece of HTML. It is made from interpolated strings only: what stands in the program is taken as it is, what is put into it is escaped, and only another piece of HTML is not.
/// Attribute values stand in double quotes, and tags are closed as in XML, so that a parser of XML can check the whole.
/// </summary>
internal readonly struct Markup
{
    private readonly string? _text;

    internal Markup(string text) => _text = text;

    public static Markup Empty => default;

    public static Markup Of(MarkupHandler html) => new(html.Text);

    public override string ToString() => _text ?? "";
}

/// <summary>Collects the parts of an interpolated string of HTML, and escapes.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupHandler(int literalLength, int formattedCount)
{
    private const int UsualHole = 24;
    private readonly StringBuilder _text = new(literalLength + (formattedCount * UsualHole));

    public string Text => _text.ToString();

    public void AppendLiteral(string value) => _text.Append(value);

    public void AppendFormatted(Markup value) => _text.Append(value.ToString());

    public void AppendFormatted(IEnumerable<Markup> values)
    {
        foreach (var value in values) _text.Append(value.ToString());
    }

    public void AppendFormatted(int value, string? format = null) => Escape(value.ToString(format, CultureInfo.InvariantCulture));

    public void AppendFormatted(double value, string? format = null) => Escape(value.ToString(format, CultureInfo.InvariantCulture));

    public void AppendFormatted(string? value) => Escape(value ?? "");

    /// <summary>
    /// Signs that HTML or XML does not allow, and those that turn the order of text around (as in "Trojan Source"), are shown by number: a reader must see what the code says.
    /// </summary>
    private void Escape(string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': _text.Append("&amp;"); break;
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '"': _text.Append("&quot;"); break;
                case '\'': _text.Append("&#39;"); break;
                case '\n' or '\t': _text.Append((char)rune.Value); break;
                case '\r': break;
                case < 0x20 or (>= 0x7F and < 0xA0) or 0x61C or 0x200E or 0x200F or 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF or 0xFFFE or 0xFFFF:
                    _text.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
                    break;
                default: _text.Append(rune); break;
            }
        }
    }
}

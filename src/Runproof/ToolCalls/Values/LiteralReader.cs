namespace Runproof.ToolCalls;

/// <summary>Reads values from a text, from left to right.</summary>
internal abstract class LiteralReader(string text, int start = 0)
{
    protected const int MostDepth = 64;

    protected string All => text;

    protected int At { get; set; } = start;

    protected static void Deep(int depth)
    {
        if (depth > MostDepth) throw new FormatException($"nested more than {MostDepth} deep");
    }

    protected bool Try(char next)
    {
        Blank();
        if (At == text.Length || text[At] != next) return false;
        At++;
        return true;
    }

    protected void Expect(char next)
    {
        if (!Try(next)) throw Wrong($"'{next}'");
    }

    protected void Blank()
    {
        while (At < text.Length && char.IsWhiteSpace(text[At])) At++;
    }

    protected FormatException Wrong(string wanted) => new($"{wanted} is missing at character {At + 1}");
}

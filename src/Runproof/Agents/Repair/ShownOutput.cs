namespace Runproof.Agents.Repair;

/// <summary>What a command printed, out of what a scaffold shows of it.</summary>
internal static class ShownOutput
{
    private const string Begin = "<output>\n", End = "</output>", Head = "OBSERVATION:\n", Folder = "\n[Current folder: ";

    public static string Of(string content)
    {
        if (content.StartsWith(Head, StringComparison.Ordinal)) return content[Head.Length..].ReplaceLineEndings("\n");
        if (content.IndexOf(Begin, StringComparison.Ordinal) is >= 0 and var begin && content.EndsWith(End, StringComparison.Ordinal)) return content[(begin + Begin.Length)..^End.Length];
        var end = content.LastIndexOf(Folder, StringComparison.Ordinal);
        return (end < 0 ? content : content[..(end + 1)]).ReplaceLineEndings("\n");
    }
}

using System.Text.RegularExpressions;

namespace Runproof.Chat;

/// <summary>What a model answered, without what it only thought.</summary>
internal static partial class ReplyText
{
    /// <summary>Without what a model thought aloud, ended or not.</summary>
    public static string WithoutThoughts(string reply) => Thought().Replace(reply, "").ReplaceLineEndings("\n").Trim('\n');

    /// <summary>The content of the only code block of a reply.</summary>
    /// <exception cref="FormatException">There is none, or more than one.</exception>
    public static string Block(string reply)
    {
        List<string> blocks = [];
        var (fence, lines) = ((string?)null, new List<string>());
        foreach (var line in reply.ReplaceLineEndings("\n").Split('\n'))
        {
            if (fence is null)
            {
                if (Fence().Match(line) is { Success: true } opening) (fence, lines) = (opening.Groups[1].Value, []);
            }
            else if (line.TrimEnd() is { Length: > 0 } end && end.All(one => one == '`') && end.Length >= fence.Length)
            {
                blocks.Add(string.Join('\n', lines));
                fence = null;
            }
            else lines.Add(line);
        }

        if (fence is not null) throw new FormatException("its code block has no end");
        return blocks.Count == 1 && blocks[0].Trim().Length > 0 ? blocks[0].TrimEnd('\n') : throw new FormatException($"it has {blocks.Count(block => block.Trim().Length > 0)} code blocks in place of one");
    }

    [GeneratedRegex(@"^\s{0,3}(`{3,})[^`]*$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"\A\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\z)|\A.*</think(?:ing)?>", RegexOptions.Singleline)]
    private static partial Regex Thought();
}

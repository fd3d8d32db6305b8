using System.Text.RegularExpressions;

namespace Runproof.Chat;

/// <summary>What a model answered, without what it only thought.</summary>
internal static partial class ReplyText
{
    /// <summary>Without what a model thought aloud, ended or not.</summary>
    public static string WithoutThoughts(string reply) => Thought().Replace(reply, "").ReplaceLineEndings("\n").Trim('\n');

    [GeneratedRegex(@"\A\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\z)|\A.*</think(?:ing)?>", RegexOptions.Singleline)]
    private static partial Regex Thought();
}

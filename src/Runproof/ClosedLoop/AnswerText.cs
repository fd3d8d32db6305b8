using System.Text.RegularExpressions;

namespace Runproof.ClosedLoop;

/// <summary>The code of an answer: of its fenced blocks the last one in the language that was asked for. A block that names a file is that file.</summary>
internal static partial class AnswerText
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["python"] = ["python", "py", "python3"], ["javascript"] = ["javascript", "js", "mjs", "node"], ["bash"] = ["bash", "sh", "shell", "console"], ["ruby"] = ["ruby", "rb"], ["php"] = ["php"], ["lua"] = ["lua"], ["go"] = ["go", "golang"], ["c"] = ["c"], ["perl"] = ["perl", "pl"],
    };

    private sealed record Block(string Language, string? File, string Code);

    /// <summary>The main file's code, and further files by their names; null where the answer holds no code that it could be.</summary>
    public static (string Code, IReadOnlyDictionary<string, string> Files)? Read(string answer, Question question)
    {
        var names = Names.GetValueOrDefault(question.Language, [question.Language]);
        var blocks = Blocks(answer);
        var own = blocks.Where(block => block.File is null && (names.Contains(block.Language) || block.Language.Length == 0)).ToList();
        var main = own.LastOrDefault(block => names.Contains(block.Language)) ?? own.LastOrDefault();
        if (main is null && blocks.Count == 0 && question.Kind == AnswerKind.Command && answer.Trim().Length > 0 && !answer.Trim().Contains('\n', StringComparison.Ordinal)) main = new("", null, answer.Trim().Trim('`'));
        if (main is null || main.Code.Trim().Length == 0) return null;
        var code = question.Kind == AnswerKind.Command ? string.Join('\n', main.Code.Split('\n').Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line)) : main.Code;
        return (code, blocks.Where(block => block.File is not null && Question.IsInside(block.File)).GroupBy(block => block.File!).ToDictionary(group => group.Key, group => group.Last().Code));
    }

    private static List<Block> Blocks(string answer)
    {
        List<Block> blocks = [];
        var (fence, language, file, before) = ((string?)null, "", (string?)null, "");
        List<string> lines = [];
        foreach (var line in answer.ReplaceLineEndings("\n").Split('\n'))
        {
            if (fence is null && Fence().Match(line) is { Success: true } opening)
            {
                (fence, language) = (opening.Groups["marks"].Value, opening.Groups["language"].Value.ToLowerInvariant());
                file = opening.Groups["file"] is { Success: true, Value.Length: > 0 } named ? named.Value : Named().Match(before) is { Success: true } above ? above.Groups["file"].Value : null;
                lines = [];
            }
            else if (fence is not null && line.Trim() is { Length: > 0 } end && end.All(letter => letter == fence[0]) && end.Length >= fence.Length)
            {
                blocks.Add(new(language, file, string.Concat(lines.Select(one => one + "\n"))));
                fence = null;
            }
            else if (fence is not null) lines.Add(line);
            if (line.Trim().Length > 0) before = line;
        }

        return blocks;
    }

    [GeneratedRegex(@"^ {0,3}(?<marks>`{3,}|~{3,})\s*(?<language>[\w+#-]*)(?:[ :]+(?:title=""?|file=""?)?(?<file>[\w./-]+\.\w+)""?)?[^`]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^[#*\s`]*(?:file:?\s*)?`?(?<file>[\w./-]+\.\w{1,5})`?[:*\s`]*$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}

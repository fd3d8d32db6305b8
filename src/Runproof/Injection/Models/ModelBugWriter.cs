using Microsoft.Extensions.AI;
using Runproof.Chat;
using Runproof.Environments;
using Runproof.Languages;

namespace Runproof.Injection.Models;

/// <summary>Asks a model for bugs and makes changes of its answers.</summary>
internal sealed class ModelBugWriter(EnvironmentContext context, ModelClient model)
{
    private const int MostOutputTokens = 8_000;

    /// <summary>Answers of a model that wants to see files before it changes some.</summary>
    private const int MostTurns = 4;

    private readonly ProductFiles _product = new(context.Tree, context.Environment.Suites, new PathPatterns(ProjectOptions.Parse(context.Environment.OptionsText, ProjectOptions.FileName).Exclude));
    private readonly ILookup<string, Coverage.FunctionSpan> _functions = context.Functions.ToLookup(function => function.File);

    /// <exception cref="FormatException">The answer cannot be used; the message says why.</exception>
    /// <exception cref="ModelException">There is no answer.</exception>
    public async Task<Bug> WriteAsync(ModelBugRequest request, CancellationToken cancel)
    {
        var source = Source(request.Function.File);
        var messages = ModelBugPrompt.Of(request, source, Language(request.Function.File), request.Kind == ModelBugKind.Feature ? Files() : []).ToList();
        var reply = await AskAsync(messages, cancel);
        if (request.Kind != ModelBugKind.Feature) return Bug.At(FunctionSite(request, source, ReplyText.Block(reply)));
        for (var turn = 1; ModelBugReply.Reads(reply) is { Count: > 0 } wanted; turn++)
        {
            if (turn == MostTurns) throw new FormatException("it reads files and changes none");
            messages.Add(new(ChatRole.Assistant, reply));
            messages.Add(new(ChatRole.User, string.Join('\n', wanted.Select(path => _product.Contains(path) ? ModelBugPrompt.Shown(path, Source(path), Language(path)) : $"{path}\n\nThere is no such file among those listed.\n"))));
            reply = await AskAsync(messages, cancel);
        }

        return Bug.At([.. ModelBugReply.Edits(reply).Select(edit => EditSite(request, edit)).OrderBy(site => site.File != request.Function.File)]);
    }

    private async Task<string> AskAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancel)
    {
        var reply = await model.Chat.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = MostOutputTokens }, cancel);
        return reply.FinishReason == ChatFinishReason.Length ? throw new FormatException("it is cut off") : ReplyText.WithoutThoughts(reply.Text);
    }

    private BugSite FunctionSite(ModelBugRequest request, SourceLines source, string lines)
    {
        var function = request.Function;
        return Checked(source, source.Replace(function.FirstLine, function.LastLine, lines, (first, last) => Site(request, function.File, first, last)), function.File);
    }

    private BugSite EditSite(ModelBugRequest request, EditBlock edit)
    {
        if (!_product.Contains(edit.Path)) throw new FormatException($"it changes '{edit.Path}', which is none of the files listed");
        var source = Source(edit.Path);
        var text = source.Text.ReplaceLineEndings("\n");
        var lines = edit.Search + "\n";
        var at = ("\n" + text).IndexOf("\n" + lines, StringComparison.Ordinal);
        if (at < 0) throw new FormatException($"what it searches for does not stand in '{edit.Path}'");
        if (("\n" + text).IndexOf("\n" + lines, at + 1, StringComparison.Ordinal) >= 0) throw new FormatException($"what it searches for stands in '{edit.Path}' more than once");
        var first = 1 + text[..at].Count(one => one == '\n');
        return Checked(source, source.Replace(first, first + edit.Search.Count(one => one == '\n'), edit.Replace, (from, to) => Site(request, edit.Path, from, to)), edit.Path);
    }

    private static BugSite Checked(SourceLines source, BugSite? site, string path)
    {
        if (site is null) throw new FormatException($"it changes nothing in '{path}'");
        return ModelBugReply.Giveaway(source.Text, site.Replacement) is { } word ? throw new FormatException($"it tells what it did ('{word}')") : site;
    }

    private BugSite Site(ModelBugRequest request, string file, int first, int last)
    {
        var function = _functions[file].Where(one => one.FirstLine <= first && one.LastLine >= first).MaxBy(one => one.FirstLine);
        return new(request.Operator, "model", file, 0, 0, "", first, last, function?.Id ?? file, function?.FirstLine ?? 0);
    }

    private SourceLines Source(string path) => SourceLines.Of(context.Tree.ReadBytes(path)) ?? throw new FormatException($"'{path}' is no UTF-8 text");

    private string Language(string path) => LanguageProfiles.Of(context.Environment.Profiles, path).Name;

    private IReadOnlyList<(string, int)> Files() =>
        [.. context.Functions.Select(function => function.File).Distinct().Where(_product.Contains).Order(StringComparer.Ordinal).Select(file => (file, context.Tree.ReadBytes(file).Count(one => one == '\n')))];
}

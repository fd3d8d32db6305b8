using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Runproof.Chat;

namespace Runproof.Statements;

/// <summary>
/// Has a model word the statement, and takes its word only if it passes the leak check and the fit check. Whatever goes wrong, there is a statement: the template's. Safe to call from many threads.
/// </summary>
internal sealed partial class ModelWriter(ModelClient model, IProgressLog log)
{
    private const int MostDrafts = 3;

    /// <summary>After so many statements in a row that an endpoint failed, it is left alone for the rest of the run.</summary>
    private const int MostFailures = 3;

    /// <summary>Room for a long statement and for what a model thinks before it.</summary>
    private const int MostOutputTokens = 4_000;

    private readonly HashSet<ModelFault> _told = [];
    private bool _hasAnswered;
    private int _failures;
    private string? _stopped;

    public ModelUsage Used => model.Used;

    /// <param name="template">The statement that the template wrote from the same brief.</param>
    /// <exception cref="InputException">The server refuses the very first request: the key or the model's name is wrong.</exception>
    public async Task<(string Text, StatementOrigin Origin)> WriteAsync(StatementBrief brief, string template, CancellationToken cancel)
    {
        List<RefusedDraft> refused = [];
        (string, StatementOrigin) FallBack(string why) => (template, StatementOrigin.OfTemplate(template, refused.Count, refused, why));
        var length = StatementLengths.Choose(brief.Seed);
        if (brief.Examples.Count == 0 || LeakCheck.Find(StatementPrompt.Messages(brief, length, 0, [])[^1].Text, brief.Secrets).Count > 0) return FallBack(Fallback.NothingToTell);

        List<string> advice = [];
        while (refused.Count < MostDrafts)
        {
            if (Volatile.Read(ref _stopped) is { } why) return FallBack(why);
            string draft;
            try
            {
                draft = await AskAsync(StatementPrompt.Messages(brief, length, refused.Count, advice.Distinct()), cancel);
            }
            catch (ModelException error)
            {
                return FallBack(Failed(error));
            }

            if (Judge(draft, brief, length, advice) is not { } fault) return (draft, new(model.Model, length, refused.Count + 1, refused, null));
            refused.Add(fault);
        }

        return FallBack(refused[^1].Fault == DraftFault.Leak ? Fallback.Leaks : Fallback.Unfit);
    }

    private async Task<string> AskAsync(IEnumerable<ChatMessage> messages, CancellationToken cancel)
    {
        var reply = await model.Chat.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = MostOutputTokens }, cancel);
        Volatile.Write(ref _hasAnswered, true);
        Interlocked.Exchange(ref _failures, 0);

        // Half a report would pass for a short one.
        return reply.FinishReason == ChatFinishReason.Length ? "" : Clean(reply.Text);
    }

    private static RefusedDraft? Judge(string draft, StatementBrief brief, StatementLength length, List<string> advice)
    {
        var leaks = LeakCheck.Find(draft, brief.Secrets).Select(leak => leak.Rule).Distinct().ToList();
        if (leaks.Count > 0)
        {
            advice.AddRange(leaks.Select(Advice));
            return new(DraftFault.Leak, leaks);
        }

        var misfits = FitCheck.Find(draft, brief, length);
        advice.AddRange(misfits.Select(misfit => misfit.Advice));
        return misfits.Count == 0 ? null : new(DraftFault.Unfit, [.. misfits.Select(misfit => misfit.Rule)]);
    }

    /// <summary>The finding, without the secret.</summary>
    private static string Advice(string rule) => rule switch
    {
        "test file" or "test name" => "It named something that only the software's developers know. Keep to the names among the observations.",
        "patch line" => "It held a line of the software's source code. Describe what is observed, show no code but the observed calls.",
        "commit hash" => "It named a commit. Name none.",
        "file and line" => "It named a place in a file. Name none.",
        _ => "It said how the problem came about. A user does not know that.",
    };

    private string Failed(ModelException error)
    {
        var (why, stops) = error.Fault switch
        {
            ModelFault.Refused when !Volatile.Read(ref _hasAnswered) => throw new InputException(error.Message, error),
            ModelFault.NotRecorded => (Fallback.NotRecorded, false),
            ModelFault.Budget => (Fallback.Budget, true),
            ModelFault.Unreachable when !Volatile.Read(ref _hasAnswered) => (Fallback.Endpoint, true),
            _ => (Fallback.Endpoint, Interlocked.Increment(ref _failures) >= MostFailures),
        };
        var stopsNow = stops && Interlocked.CompareExchange(ref _stopped, why, null) is null;
        bool isNew;
        lock (_told) isNew = _told.Add(error.Fault);
        if (stopsNow) log.Say($"{error.Message}: the template writes the other statements of this run");
        else if (isNew && Volatile.Read(ref _stopped) is null) log.Say($"{error.Message}: the template writes what lacks an answer");
        return why;
    }

    /// <summary>Without what a model thought aloud, and without a fence around the whole.</summary>
    private static string Clean(string reply)
    {
        var text = ReplyText.WithoutThoughts(reply).Trim();
        if (Fenced().Match(text) is { Success: true } fenced) text = fenced.Groups[1].Value.Trim();
        return text.Length == 0 ? "" : text + "\n";
    }

    [GeneratedRegex(@"\A```(?:markdown|md)\n(.*)\n```\z", RegexOptions.Singleline)]
    private static partial Regex Fenced();
}

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Runproof.Catalogue;
using Runproof.Chat;
using Runproof.Rollouts;
using Runproof.Sandboxes;

namespace Runproof.ClosedLoop;

/// <summary>An answer to a question, and how its user found it: a row of the file that training reads.</summary>
/// <param name="Messages">As OpenAI has them.</param>
internal sealed record AnswerRow(string Id, int Attempt, string Model, string Answer, string Verdict, string Reason, string Detail, int Uses, bool Kept, JsonArray Messages);

/// <summary>
/// Asks a model the questions (or takes answers that are there), has each answer used, and writes a row for each as soon as it is judged: a call that was cut off goes on from there. What the machine failed at has no row and
/// is judged by the next call.
/// </summary>
/// <param name="model">Null where all answers are given.</param>
/// <param name="user">Plays the user where a question has no uses; null where all have.</param>
internal sealed class AnswerStage(ISandboxProvider sandboxes, ModelClient? model, Func<Agents.IPolicy>? user, IProgressLog log, TimeProvider clock, int jobs)
{
    /// <param name="given">Answers by question; null to ask the model.</param>
    /// <param name="path">Of the rows; those it has already are kept.</param>
    public async Task<IReadOnlyList<AnswerRow>> RunAsync(IReadOnlyList<Question> questions, IReadOnlyDictionary<string, IReadOnlyList<string>>? given, int attempts, string path, CancellationToken cancel)
    {
        if (user is null && questions.FirstOrDefault(question => question.Uses is null) is { } bare) throw new InputException($"the question '{bare.Id}' has no uses: give --user, a model that plays its user");
        var known = Known(path);
        List<(Question Question, int Attempt, string? Answer)> all =
            [.. questions.SelectMany(question => given is null ? Enumerable.Range(1, attempts).Select(i => (question, i, (string?)null)) : given.GetValueOrDefault(question.Id, []).Select((answer, i) => (question, i + 1, (string?)answer)))];
        if (all.Count == 0) throw new InputException("no answer belongs to any of the questions");
        var rows = new ConcurrentDictionary<(string, int), AnswerRow>();
        foreach (var (question, attempt, answer) in all)
        {
            if (known.TryGetValue((question.Id, attempt), out var row) && (answer is null || row.Answer == answer)) rows[(question.Id, attempt)] = row;
        }

        using var progress = log.Begin("answers", all.Count);
        progress.Skip(rows.Count);
        using var writing = new SemaphoreSlim(1);
        await Parallel.ForEachAsync(all.Where(one => !rows.ContainsKey((one.Question.Id, one.Attempt))).ToList(), new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel }, async (one, token) =>
        {
            if (await OneAsync(one.Question, one.Attempt, one.Answer, token) is not { } row) return;
            await writing.WaitAsync(token);
            await File.AppendAllTextAsync(path, JsonSerializer.Serialize(row, Json.Compact) + "\n", CancellationToken.None);
            writing.Release();
            rows[(row.Id, row.Attempt)] = row;
            progress.Advance(1, $"{rows.Values.Count(known => known.Kept)} work");
        });
        return [.. rows.Values.OrderBy(row => row.Id, StringComparer.Ordinal).ThenBy(row => row.Attempt)];
    }

    private async Task<AnswerRow?> OneAsync(Question question, int attempt, string? given, CancellationToken cancel)
    {
        List<ChatMessage> messages = [new(ChatRole.User, question.Prompt)];
        string answer;
        try
        {
            answer = given ?? (await model!.Chat.GetResponseAsync(messages, new() { Seed = Seed(question.Id, attempt) }, cancel)).Text;
        }
        catch (ModelException error) when (error.Fault is ModelFault.Busy or ModelFault.BadAnswer or ModelFault.TooSlow)
        {
            log.Say($"{question.Id}: {error.Message}: not judged");
            return null;
        }

        var judged = question.Uses is not null ? await new UserSimulator(sandboxes).JudgeAsync(question, answer, cancel) : (await new ModelUser(sandboxes, user!(), clock).JudgeAsync(question, answer, cancel)).Judged;
        if (judged.Verdict == AnswerVerdict.Infrastructure)
        {
            log.Say($"{question.Id}: {judged.Detail}: not judged");
            return null;
        }

        return new(
            question.Id, attempt, model?.Model ?? "given", answer, Words.Of(judged.Verdict), judged.Reason, judged.Detail, judged.Uses, judged.Verdict == AnswerVerdict.Works,
            [new JsonObject { ["role"] = "user", ["content"] = question.Prompt }, new JsonObject { ["role"] = "assistant", ["content"] = answer }]);
    }

    private static long Seed(string id, int attempt) => Blobs.Draw($"{id} {attempt}") & int.MaxValue;

    private static Dictionary<(string, int), AnswerRow> Known(string path)
    {
        Dictionary<(string, int), AnswerRow> rows = [];
        if (!File.Exists(path)) return rows;
        var text = File.ReadAllText(path);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize<AnswerRow>(line, Json.Compact) is { Id: not null, Verdict: not null } row) rows[(row.Id, row.Attempt)] = row;
            }
            catch (JsonException)
            {
                // Cut off by a kill.
            }
        }

        // Half a line must not swallow the next one.
        if (text.Length > 0 && text[^1] != '\n') File.AppendAllText(path, "\n");
        return rows;
    }
}

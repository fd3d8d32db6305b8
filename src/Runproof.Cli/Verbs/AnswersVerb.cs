using System.CommandLine;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.ClosedLoop;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>answers QUESTIONS</c>: the closed loop for answers that are no patches.</summary>
internal static class AnswersVerb
{
    public static Command Create()
    {
        var questions = new Argument<string>("QUESTIONS") { Description = "File of questions, a JSON object a line: id, prompt, kind (function, script, command), language, files, uses" };
        var given = new Option<string?>("--answers") { Description = "File of answers (id, answer), a JSON object a line; without it the model is asked", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "File of judged answers; those it holds already are not judged again", Required = true, HelpName = "FILE" };
        var attempts = GlobalOptions.AtLeastOne(new("--attempts") { Description = "Answers to each question", DefaultValueFactory = _ => 1, HelpName = "K" });
        var verb = new Verb(
            "answers", "Asks for functions, scripts and commands, and keeps the answers that a simulated user has run.",
            "runproof answers questions.jsonl --model openai:http://localhost:8000/v1#small --out answers.jsonl", "runproof answers questions.jsonl --answers given.jsonl --out judged.jsonl") { questions, given, output, attempts };
        foreach (var option in PolicyArguments.OfAnswers) verb.Options.Add(option);
        verb.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var asked = Question.Read(parsed.GetValue(questions)!);
            var answers = parsed.GetValue(given) is { } file ? Given(file) : null;
            using var model = answers is null ? PolicyArguments.OpenModel(parsed) : null;
            using var user = PolicyArguments.OpenUser(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var rows = await new AnswerStage(workspace.Sandboxes, model, user is null ? null : () => PolicyArguments.PolicyOf(user), call.Log, TimeProvider.System, call.Jobs)
                .RunAsync(asked, answers, parsed.GetValue(attempts), parsed.GetValue(output)!, cancel);
            var reasons = rows.GroupBy(row => row.Reason).OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count());
            Results.Write(
                call,
                new { questions = asked.Count, answers = rows.Count, kept = rows.Count(row => row.Kept), reasons, path = parsed.GetValue(output) },
                console =>
                {
                    console.MarkupLineInterpolated($"{rows.Count(row => row.Kept)} of {rows.Count} answers work");
                    console.Write(Results.Table(["reason", "answers"], reasons.Select(one => new[] { one.Key, $"{one.Value}" }), 1));
                });
            return CommandLine.Done;
        });
        return verb;
    }

    private static Dictionary<string, IReadOnlyList<string>> Given(string path)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist: give a file of answers (id, answer), a JSON object a line");
        List<(string Id, string Answer)> all = [];
        foreach (var (line, number) in File.ReadLines(path).Select((line, i) => (line, i + 1)).Where(one => !string.IsNullOrWhiteSpace(one.line)))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                all.Add((document.RootElement.GetProperty("id").GetString()!, document.RootElement.GetProperty("answer").GetString()!));
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InputException($"'{path}' line {number} is no answer: it needs id and answer", error);
            }
        }

        return all.GroupBy(one => one.Id).ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(one => one.Answer)]);
    }
}

using System.Text;
using System.Text.Json;
using Runproof.Environments;

namespace Runproof.Statements;

/// <summary>
/// Calls like that of a failing test which show the bug as well: run with the bug and without it, and kept where the answers differ. A statement that tells these keeps the test's own
/// call and value to itself, so that nothing that judges can be answered by heart.
/// </summary>
internal sealed class Witnesses(EnvironmentContext context)
{
    private const int MostCalls = 4;

    /// <param name="behaviours">What failing tests called, got and expected.</param>
    /// <param name="layers">The bug.</param>
    /// <returns>None where the framework has no way to tell, or nothing differs.</returns>
    public async Task<IReadOnlyList<Behaviour>> FindAsync(IReadOnlyList<Behaviour> behaviours, IReadOnlyList<string> layers, CancellationToken cancel)
    {
        var tests = context.Environment.Tests.ToDictionary(test => test.Id);
        var asked = behaviours.Where(one => one.Call is not null && context.Environment.Suites[tests[one.Test].Suite].TestFramework.Modes.ContainsKey("witness")).DistinctBy(one => one.Call).Take(MostCalls).ToList();
        if (asked.Count == 0) return [];
        var request = context.WholeSuite with
        {
            Selection = [.. asked.Select(one => tests[one.Test]).Distinct()],
            Calls = JsonSerializer.Serialize(asked.Select(one => new { test = one.Test[context.Environment.Suites[tests[one.Test].Suite].IdPrefix.Length..], call = one.Call })),
        };
        var wrong = await AnswersAsync(request, layers, cancel);
        if (wrong.Count == 0) return [];
        var right = await AnswersAsync(request, [], cancel);
        return [.. wrong.Where(pair => right.ContainsKey(pair.Key)).Select(pair => Compared(pair.Key.Test, pair.Key.Call, pair.Value, right[pair.Key])).OfType<Behaviour>()];
    }

    private static Behaviour? Compared(string test, string call, Answer wrong, Answer right)
    {
        if (wrong == right || (wrong.Error is not null && right.Error is not null)) return null;
        if (wrong.Error is { } error) return new(test, BehaviourKind.Raises, call, error, right.Value, error, [], Nothing);
        return right.Error is { } expected ? new(test, BehaviourKind.NotRaised, call, "no exception", expected.Split(':')[0], "", [], Nothing) : new(test, BehaviourKind.Value, call, wrong.Value, right.Value, "", [], Nothing);
    }

    private async Task<Dictionary<(string Test, string Call), Answer>> AnswersAsync(SuiteRequest request, IReadOnlyList<string> layers, CancellationToken cancel)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, layers);
        var run = await context.Runner.RunAsync(sandbox, request, null, cancel);
        Dictionary<(string, string), Answer> answers = [];
        foreach (var line in Encoding.UTF8.GetString(run.Behaviour.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                string? Text(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
                if (Text("test") is { } test && Text("call") is { } call) answers[(test, call)] = new(Text("value"), Text("error"));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                // Cut off, or written by code under test.
            }
        }

        return answers;
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private sealed record Answer(string? Value, string? Error);
}

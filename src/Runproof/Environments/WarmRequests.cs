using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>What a warm process is asked; <c>runproof_warm.py</c> reads it.</summary>
internal sealed record WarmRequest(
    [property: JsonPropertyName("file")] string? File,
    [property: JsonPropertyName("start")] int Start,
    [property: JsonPropertyName("end")] int End,
    [property: JsonPropertyName("replacement")] string Replacement,
    [property: JsonPropertyName("select")] IEnumerable<string>? Select,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("variables")] IReadOnlyDictionary<string, string> Variables)
{
    public static byte[] Bytes(Suite suite, FileEdit? edit, SuiteRequest request)
    {
        Dictionary<string, string> variables = [];
        if (request.TestSeconds is { } seconds) variables["TEST_SECONDS"] = seconds.ToString("0.###", CultureInfo.InvariantCulture);
        if (request.FailFast) variables["FAIL_FAST"] = "1";
        return JsonSerializer.SerializeToUtf8Bytes(new WarmRequest(
            edit is null ? null : $"{SandboxPaths.Testbed}/{edit.File}", edit?.Start ?? 0, edit?.End ?? 0, edit?.Replacement ?? "",
            request.Selection is null ? null : TestCommand.SelectionLines(suite, request.Selection), request.SecondsFor(suite), variables));
    }
}

/// <summary>What a warm process is asked that tries many bugs in one worker; <c>vitest_warm.mjs</c> reads it.</summary>
/// <param name="Files">Text by path.</param>
internal sealed record WarmTrialRequest(
    [property: JsonPropertyName("files")] IReadOnlyDictionary<string, string> Files,
    [property: JsonPropertyName("bugs")] IReadOnlyList<WarmTrialBug> Bugs,
    [property: JsonPropertyName("seconds")] double Seconds)
{
    private const int MostBytes = 1_000_000;

    /// <summary>Null where it would be larger than what can be asked.</summary>
    public static byte[]? Bytes(Suite suite, IReadOnlyDictionary<string, byte[]> files, IReadOnlyDictionary<int, IReadOnlyList<BaselineTest>> tests)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new WarmTrialRequest(
            files.ToDictionary(file => $"{SandboxPaths.Testbed}/{file.Key}", file => Encoding.UTF8.GetString(file.Value)),
            [.. tests.Select(bug => new WarmTrialBug(bug.Key, TestCommand.SelectionLines(suite, bug.Value)))], suite.LimitSeconds));
        return bytes.Length < MostBytes ? bytes : null;
    }
}

/// <param name="Select">The tests that reach it, with their limits.</param>
internal sealed record WarmTrialBug([property: JsonPropertyName("number")] int Number, [property: JsonPropertyName("select")] IEnumerable<string> Select);

/// <summary>What a warm process says of bugs that it tried in one worker.</summary>
/// <param name="Caught">Number of a bug that a test caught → tests that ran with it.</param>
/// <param name="Stuck">The bug with which a test did not end, and which ended the trial; null where none did.</param>
internal sealed record WarmTrial([property: JsonPropertyName("caught")] IReadOnlyDictionary<int, int> Caught, [property: JsonPropertyName("stuck")] int? Stuck)
{
    public static WarmTrial? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<WarmTrial>(json) is { Caught: not null } trial ? trial : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

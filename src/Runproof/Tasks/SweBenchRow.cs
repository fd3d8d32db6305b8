using System.Globalization;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;

namespace Runproof.Tasks;

/// <summary>
/// One task in the SWE-bench form: all values strings, test lists as JSON in a string, as in <c>swebench/types.py</c>.
/// <paramref name="SetupPatch"/> is our addition: applied to <paramref name="BaseCommit"/> it makes the initial state, to which the other patches belong. So is <paramref name="Origin"/>.
/// </summary>
/// <param name="BugPatch">Of a row that has the bug alone (SWE-smith): <paramref name="Patch"/> and <paramref name="SetupPatch"/> follow from it.</param>
/// <param name="Version">The beginning of the environment's hash.</param>
internal sealed record SweBenchRow(
    string Repo, string InstanceId, string BaseCommit, string Patch, string TestPatch, string ProblemStatement, string CreatedAt, string Version, string FailToPass, string PassToPass, string SetupPatch, string Origin, string BugPatch = "")
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>In the order of SWE-bench.</summary>
    public static IReadOnlyList<(string Name, Func<SweBenchRow, string> Value)> Columns { get; } =
    [
        ("repo", row => row.Repo), ("instance_id", row => row.InstanceId), ("base_commit", row => row.BaseCommit), ("patch", row => row.Patch), ("test_patch", row => row.TestPatch),
        ("problem_statement", row => row.ProblemStatement), ("hints_text", _ => ""), ("created_at", row => row.CreatedAt), ("version", row => row.Version), ("FAIL_TO_PASS", row => row.FailToPass),
        ("PASS_TO_PASS", row => row.PassToPass), ("environment_setup_commit", row => row.BaseCommit), ("setup_patch", row => row.SetupPatch), ("origin", row => row.Origin),
    ];

    public static async Task<SweBenchRow> OfAsync(EnvironmentContext context, CodingTask task, CancellationToken cancel)
    {
        var patches = await TaskPatches.MakeAsync(context, task, cancel);
        var steady = context.Environment.Tests.Select(test => test.Id);
        return new(
            task.Repo, task.InstanceId, task.BaseCommit, task.GoldPatch, patches.Test, task.ProblemStatement, task.CreatedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            context.Environment.Hash[..12], JsonSerializer.Serialize(task.FailToPass, Json.Compact), JsonSerializer.Serialize(task.PassToPass(steady), Json.Compact), patches.Setup, task.Origin.ToString().ToLowerInvariant());
    }

    /// <param name="column">The value of a column; null where there is none.</param>
    /// <param name="where">For messages: file and place.</param>
    /// <exception cref="InputException">A column is missing.</exception>
    public static SweBenchRow Read(Func<string, string?> column, string where)
    {
        string Required(string name) => column(name) is { Length: > 0 } value ? value : throw new InputException($"{where}: no {name}");
        var origin = column("origin") ?? "";
        var bug = column("bug_patch") ?? "";
        var setup = column("setup_patch") ?? (bug.Length > 0 || origin.Length == 0 || origin == "mined" ? "" : throw new InputException($"{where}: no setup_patch: the bug of such a task is in none of the other columns"));
        return new(
            Required("repo"), Required("instance_id"), Required("base_commit"), bug.Length > 0 ? "" : Required("patch"), column("test_patch") ?? "", Required("problem_statement"), column("created_at") ?? "", column("version") ?? "",
            Required("FAIL_TO_PASS"), Required("PASS_TO_PASS"), setup, origin, bug);
    }

    /// <summary>A list of tests, as it stands in a row.</summary>
    /// <exception cref="InputException">It is no JSON list of texts.</exception>
    public static IReadOnlyList<string> Tests(string json, string name, string where)
    {
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<string>>(json) is { } tests && tests.All(test => test is not null) ? tests : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InputException($"{where}: {name} is no JSON list of test ids");
        }
    }

    public DateTimeOffset Created => DateTimeOffset.TryParse(CreatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;
}

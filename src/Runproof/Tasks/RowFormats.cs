using System.Globalization;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Verification;

namespace Runproof.Tasks;

/// <summary>
/// The forms of a row beside SWE-bench's own. Each holds the columns of its kind, and ours (<c>setup_patch</c>, <c>origin</c>, <c>version</c>) beside them, so that a row that comes back is the task it was. What
/// there is not (a pull request's number, labels) is empty.
/// </summary>
internal static class RowFormats
{
    public const string Smith = "swesmith";
    public const string Rebench = "rebench";
    public const string MultiSwe = "multiswe";

    public static IReadOnlyList<string> Names { get; } = [Smith, Rebench, MultiSwe];

    /// <param name="row">As SWE-bench has it.</param>
    public static IReadOnlyDictionary<string, object?> Write(string format, SweBenchRow row, CodingTask task, RepositoryEnvironment environment) => format switch
    {
        Smith => OfSmith(row, task, environment),
        Rebench => OfRebench(row, task, environment),
        MultiSwe => OfMultiSwe(row, task, environment),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such form"),
    };

    /// <summary>The columns of a row of any form, by SWE-bench's names.</summary>
    public static Func<string, string?> Canonical(Func<string, string?> column)
    {
        if (column("fix_patch") is not null) return name => OfMultiSwe(column, name);

        // SWE-smith's patch is the bug; SWE-rebench's time is a number.
        var isSmith = column("patch") is not null && column("test_patch") is null && column("image_name") is not null;
        return name => name switch
        {
            "patch" when isSmith => null,
            "bug_patch" when isSmith => column("patch"),
            "created_at" when column(name) is { } time && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            _ => column(name),
        };
    }

    private static JsonElement Tests(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static string Image(RepositoryEnvironment environment) => $"runproof/{environment.Hash[..12]}";

    /// <summary>As SWE-smith's data set: the patch is the bug.</summary>
    private static Dictionary<string, object?> OfSmith(SweBenchRow row, CodingTask task, RepositoryEnvironment environment) => new()
    {
        ["instance_id"] = row.InstanceId, ["repo"] = row.Repo, ["patch"] = task.BugPatch, ["FAIL_TO_PASS"] = Tests(row.FailToPass), ["PASS_TO_PASS"] = Tests(row.PassToPass), ["created_at"] = row.CreatedAt,
        ["image_name"] = Image(environment), ["base_commit"] = row.BaseCommit, ["problem_statement"] = row.ProblemStatement, ["version"] = row.Version, ["origin"] = row.Origin,
    };

    /// <summary>As SWE-rebench V2's data set.</summary>
    private static Dictionary<string, object?> OfRebench(SweBenchRow row, CodingTask task, RepositoryEnvironment environment) => new()
    {
        ["base_commit"] = row.BaseCommit, ["created_at"] = task.CreatedAt.ToUnixTimeMilliseconds(), ["instance_id"] = row.InstanceId,
        ["meta"] = new
        {
            llm_metadata = Array.Empty<object>(), num_modified_files = PatchFiles.Of(row.Patch).Count,
            num_modified_lines = row.Patch.Split('\n').Count(line => (line.StartsWith('+') || line.StartsWith('-')) && !line.StartsWith("+++ ", StringComparison.Ordinal) && !line.StartsWith("--- ", StringComparison.Ordinal)),
            pr_author = "", pr_labels = Array.Empty<string>(), pr_url = "",
        },
        ["patch"] = row.Patch, ["pr_description"] = "", ["problem_statement"] = row.ProblemStatement, ["repo"] = row.Repo, ["test_patch"] = row.TestPatch, ["language"] = environment.Suites[0].Language, ["interface"] = "",
        ["PASS_TO_PASS"] = Tests(row.PassToPass), ["FAIL_TO_PASS"] = Tests(row.FailToPass),
        ["install_config"] = new
        {
            base_image_name = Image(environment), docker_specs = new { }, install = environment.Steps, log_parser = environment.Suites[0].TestFramework.Report,
            log_parsers = environment.Suites.Select(suite => suite.TestFramework.Report).Distinct(), test_cmd = environment.Suites.Select(suite => string.Join(' ', suite.Command.Count > 0 ? suite.Command : suite.TestFramework.Command)),
        },
        ["image_name"] = Image(environment), ["version"] = row.Version, ["setup_patch"] = row.SetupPatch, ["origin"] = row.Origin,
    };

    /// <summary>As Multi-SWE-bench's data set: tests by how they end in its three runs.</summary>
    private static Dictionary<string, object?> OfMultiSwe(SweBenchRow row, CodingTask task, RepositoryEnvironment environment)
    {
        var (failing, passing) = (task.FailToPass, task.PassToPass(environment.Tests.Select(test => test.Id)));
        static Dictionary<string, object> Each(IEnumerable<string> tests, string before) => tests.ToDictionary(test => test, object (_) => new { run = "PASS", test = before, fix = "PASS" });
        object Run(IReadOnlyList<string> passed, IReadOnlyList<string> failed) => new { passed_count = passed.Count, failed_count = failed.Count, skipped_count = 0, passed_tests = passed, failed_tests = failed, skipped_tests = Array.Empty<string>() };
        var parts = row.Repo.Split('/');
        return new()
        {
            ["org"] = parts.Length > 1 ? parts[^2] : "", ["repo"] = parts[^1], ["number"] = 0, ["instance_id"] = row.InstanceId, ["lang"] = environment.Suites[0].Language, ["number_interval"] = "", ["state"] = "closed", ["title"] = Title(row.ProblemStatement),
            ["body"] = row.ProblemStatement, ["base"] = new { label = "", @ref = "", sha = row.BaseCommit }, ["resolved_issues"] = new[] { new { number = 0, title = Title(row.ProblemStatement), body = row.ProblemStatement } },
            ["fix_patch"] = row.Patch, ["test_patch"] = row.TestPatch, ["fixed_tests"] = Each(failing, "FAIL"), ["p2p_tests"] = Each(passing, "PASS"), ["f2p_tests"] = Each(failing, "FAIL"), ["s2p_tests"] = new { }, ["n2p_tests"] = new { },
            ["run_result"] = Run(passing, []), ["test_patch_result"] = Run(passing, failing), ["fix_patch_result"] = Run([.. passing, .. failing], []), ["hints"] = "",
            ["created_at"] = row.CreatedAt, ["version"] = row.Version, ["setup_patch"] = row.SetupPatch, ["origin"] = row.Origin,
        };
    }

    private static string Title(string statement) => statement.Split('\n').Select(line => line.TrimStart('#', ' ').Trim()).FirstOrDefault(line => line.Length > 0) ?? "";

    private static string? OfMultiSwe(Func<string, string?> column, string name) => name switch
    {
        "patch" => column("fix_patch"),
        "base_commit" => column("base.sha"),
        "repo" => column("org") is { Length: > 0 } org ? $"{org}/{column("repo")}" : column("repo"),
        "instance_id" => column("instance_id") ?? $"{column("org")}__{column("repo")}-{column("number")}",
        "problem_statement" => column("problem_statement") ?? Issues(column("resolved_issues")) ?? $"{column("title")}\n\n{column("body")}",
        "FAIL_TO_PASS" => Keys(column("f2p_tests"), column("s2p_tests"), column("n2p_tests")),
        "PASS_TO_PASS" => Keys(column("p2p_tests")),
        _ => column(name),
    };

    private static string? Issues(string? json)
    {
        if (json is null || Tests(json) is not { ValueKind: JsonValueKind.Array } issues || issues.GetArrayLength() == 0) return null;

        // Of one issue whose body begins with its title, as ours do, the body says all.
        return string.Join("\n\n", issues.EnumerateArray().Select(issue => (Title: issue.GetProperty("title").GetString() ?? "", Body: issue.GetProperty("body").GetString() ?? ""))
            .Select(issue => issue.Body.TrimStart('#', ' ').StartsWith(issue.Title, StringComparison.Ordinal) ? issue.Body : $"{issue.Title}\n\n{issue.Body}"));
    }

    /// <summary>Names of the tests in objects that have one member for each.</summary>
    private static string Keys(params string?[] objects) => JsonSerializer.Serialize(
        objects.OfType<string>().Select(Tests).Where(one => one.ValueKind == JsonValueKind.Object).SelectMany(one => one.EnumerateObject()).Select(member => member.Name).Distinct().Order(StringComparer.Ordinal), Json.Compact);
}

using System.Globalization;
using System.Text;
using Runproof.Environments;

namespace Runproof.Tasks.Harbor;

/// <summary>
/// <c>task.toml</c>, with keys that Harbor has known since schema 1.1 (<c>harbor/models/task/config.py</c>). The agent is an ordinary user, so that it can reach neither the toolchain nor
/// the archive from which dependencies are put back; the verifier is root, which runs the tests as that ordinary user.
/// </summary>
internal static class HarborConfiguration
{
    private const int AgentSeconds = 3600;
    private const int BuildSeconds = 1800;

    /// <summary>Unpacking: the runs of the countercheck start from a fresh tree as well.</summary>
    private const int OtherSeconds = 300;

    public static string Of(RepositoryEnvironment environment, CodingTask task, JudgePlan plan)
    {
        var text = new StringBuilder();
        void Line(string key, string value) => text.Append(CultureInfo.InvariantCulture, $"{key} = {value}\n");
        void Section(string name) => text.Append(CultureInfo.InvariantCulture, $"\n[{name}]\n");
        Line("schema_version", Quoted("1.1"));
        Section("task");
        Line("name", Quoted("runproof/" + HarborExport.NameOf(task)));
        Line("description", Quoted($"A bug in {task.Repo}, proven by running: {task.FailToPass.Count} tests fail with it and pass without"));
        Line("keywords", $"[{string.Join(", ", environment.Suites.Select(suite => suite.Language).Distinct().Append(task.Measurements.Family).Where(word => word.Length > 0).Select(Quoted))}]");
        Section("metadata");
        Line("category", Quoted("debugging"));
        Section("metadata.runproof");
        Line("instance_id", Quoted(task.InstanceId));
        Line("repo", Quoted(task.Repo));
        Line("base_commit", Quoted(task.BaseCommit));
        Line("environment", Quoted(task.EnvironmentHash));
        Line("origin", Quoted(task.Origin.ToString().ToLowerInvariant()));
        Line("tests", Quoted(task.Tests.ToString().ToLowerInvariant()));
        Line("fail_to_pass", Number(plan.FailToPass.Count));
        Line("pass_to_pass", Number(plan.PassToPass.Count));
        Line("sentinels", plan.Sentinels.Count > 0 ? "true" : "false");
        Section("verifier");
        Line("timeout_sec", Seconds(OtherSeconds + (4 * plan.Suites.Sum(suite => suite.WallSeconds))));
        Line("user", Quoted("root"));
        Section("agent");
        Line("timeout_sec", Seconds(AgentSeconds));
        Line("user", Quoted("runner"));
        Section("environment");
        Line("build_timeout_sec", Seconds(BuildSeconds));
        Line("cpus", Number(2));
        Line("memory_mb", Number(4096));
        Line("storage_mb", Number(10240));
        return text.ToString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A basic string of TOML 1.0.</summary>
    internal static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c < ' ' || c == '\u007f') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else text.Append(c);
        }

        return text.Append('"').ToString();
    }
}

namespace Runproof.Sandboxes;

/// <summary>The variables of every command, whatever the back end: nothing of the host's.</summary>
internal static class PinnedEnvironment
{
    private const string Processors = "2";

    /// <param name="added">A request's own; they win.</param>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string>? added)
    {
        var all = new Dictionary<string, string>(Pinned);
        foreach (var (name, value) in added ?? new Dictionary<string, string>()) all[name] = value;
        return all;
    }

    private static readonly Dictionary<string, string> Pinned = new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ["HOME"] = SandboxPaths.Home,
        ["USER"] = "runner",
        ["LOGNAME"] = "runner",
        ["TMPDIR"] = "/tmp",
        ["TZ"] = "UTC",
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
        ["TERM"] = "dumb",

        // What tests see of the processors does not depend on the machine.
        ["PYTHON_CPU_COUNT"] = Processors,
        ["GOMAXPROCS"] = Processors,
        ["DOTNET_PROCESSOR_COUNT"] = Processors,
        ["OMP_NUM_THREADS"] = Processors,
    };
}

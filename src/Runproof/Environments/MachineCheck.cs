using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>Something that this machine lacks.</summary>
/// <param name="Command">Brings it.</param>
public sealed record Problem(string What, string Command);

/// <param name="Missing">Debian packages to install; empty when it is ready.</param>
public sealed record LanguageReadiness(string Name, bool Ready, IReadOnlyList<string> Missing);

/// <summary>What the machine has, what it lacks, and the command that brings it.</summary>
public sealed record MachineCheck(IReadOnlyList<LanguageReadiness> Languages, SandboxCapabilities? Sandbox, IReadOnlyList<Problem> Problems)
{
    public static async Task<MachineCheck> RunAsync(ISandboxProvider sandboxes, CancellationToken cancel)
    {
        List<Problem> problems = [];
        SandboxCapabilities? capabilities = null;
        try
        {
            capabilities = await sandboxes.ProbeAsync(cancel);
            problems.AddRange(capabilities.Limits.Where(limit => !limit.Enforced).Select(limit => new Problem($"nothing limits {limit.Name} here: {limit.Note}", "")));
        }
        catch (SandboxException error)
        {
            problems.Add(new(error.Message, SandboxBackends.RemedyOf(sandboxes.Name)));
        }

        if (!await AnswersAsync(["git", "--version"], cancel)) problems.Add(new("git is not installed", "apt-get install git"));
        if (!await AnswersAsync([AstGrep.Program(), "--version"], cancel)) problems.Add(new("ast-grep is not installed", "npm install --global @ast-grep/cli"));
        List<LanguageReadiness> languages = [];
        foreach (var profile in LanguageProfiles.All)
        {
            var missing = await MissingAsync(profile, cancel);
            languages.Add(new(profile.Name, missing.Count == 0, missing));
        }

        return new(languages, capabilities, problems);
    }

    /// <summary>Installs what languages need, as root; each package by name from Debian.</summary>
    /// <exception cref="MachineException">Not root, or the installation failed.</exception>
    public static async Task InstallAsync(IEnumerable<string> packages, IProgressLog log, CancellationToken cancel)
    {
        var list = packages.Distinct().ToList();
        if (list.Count == 0) return;
        if (!Libc.IsRoot) throw new MachineException($"installing needs root: sudo apt-get install --no-install-recommends {string.Join(' ', list)}");
        using var progress = log.Begin($"installing {string.Join(", ", list)}", null);
        var quiet = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        await HostProcess.RunAsync(new("apt-get", ["update", "-qq"], Environment: quiet), cancel);
        var installed = await HostProcess.RunAsync(new("apt-get", ["install", "-y", "-qq", "--no-install-recommends", .. list], Environment: quiet), cancel);
        if (!installed.Succeeded) throw new MachineException($"apt-get could not install {string.Join(", ", list)}: {installed.LastErrorLine}");
    }

    /// <summary>Installs what one language lacks.</summary>
    public static async Task InstallForAsync(LanguageProfile profile, IProgressLog log, CancellationToken cancel) => await InstallAsync(await MissingAsync(profile, cancel), log, cancel);

    private static async Task<IReadOnlyList<string>> MissingAsync(LanguageProfile profile, CancellationToken cancel)
    {
        List<string> missing = [];
        foreach (var tool in profile.Tools)
        {
            if (!await AnswersAsync(tool.Command, cancel)) missing.Add(tool.Debian);
        }

        return missing;
    }

    private static async Task<bool> AnswersAsync(IReadOnlyList<string> command, CancellationToken cancel) =>
        (await HostProcess.RunAsync(new(command[0], [.. command.Skip(1)], "/", WallTime: TimeSpan.FromSeconds(30)), cancel)).Succeeded;
}

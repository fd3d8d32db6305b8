using Runproof.Sandboxes;

namespace Runproof.Repositories;

/// <summary>The git program, with everything switched off that a repository could use to run code of its own.</summary>
internal sealed class Git(string directory)
{
    private static readonly string[] Safe =
    [
        "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*", "-c", "protocol.ext.allow=never", "-c", "core.autocrlf=false",
        "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "user.name=Runproof", "-c", "user.email=runproof@localhost", "-c", "commit.gpgsign=false",
    ];

    public string Directory { get; } = directory;

    /// <summary>Runs git in the directory; never asks anything.</summary>
    public Task<HostResult> TryAsync(
        IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string?>? environment = null, string? input = null)
    {
        var variables = new Dictionary<string, string?> { ["GIT_TERMINAL_PROMPT"] = "0", ["GIT_OPTIONAL_LOCKS"] = "0", ["LC_ALL"] = "C.UTF-8", ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_DIR"] = null, ["GIT_WORK_TREE"] = null, ["GIT_INDEX_FILE"] = null };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) variables[name] = value;
        return HostProcess.RunAsync(new("git", [.. Safe, .. arguments], Directory, variables, input), cancel);
    }

    /// <exception cref="InputException">git refused; the message holds its last line.</exception>
    public async Task<string> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string?>? environment = null, string? input = null)
    {
        var list = arguments.ToList();
        var result = await TryAsync(list, cancel, environment, input);
        if (result.ExitCode == 127) throw new MachineException("git is not installed: apt-get install git");
        return result.Succeeded ? result.Output : throw new InputException($"git {list[0]} failed in '{Directory}': {result.LastErrorLine}");
    }
}

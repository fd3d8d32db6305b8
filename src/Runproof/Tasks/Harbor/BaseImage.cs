using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Tasks.Harbor;

/// <summary>What the image of an exported task starts from.</summary>
internal static class BaseImage
{
    /// <summary>Of a machine whose system is neither Debian nor Ubuntu.</summary>
    private const string Usual = "debian:bookworm-slim";

    /// <summary>An image that has a tool which Debian lacks, else the same system as this one: what was installed here is built for its interpreters.</summary>
    public static async Task<string> OfAsync(RepositoryEnvironment environment, CancellationToken cancel)
    {
        if (environment.Profiles.SelectMany(profile => profile.Tools).FirstOrDefault(tool => tool.Image is not null) is not { } tool) return OfSystem();
        var told = await HostProcess.RunAsync(new(tool.Command[0], [.. tool.Command.Skip(1)], "/"), cancel);
        var line = told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        if (!told.Succeeded || line is null) throw new MachineException($"'{string.Join(' ', tool.Command)}' does not work here: the image of a task would not have the version that the environment was built with");
        return tool.Image!.Replace("{version}", line.Split(' ')[0], StringComparison.Ordinal);
    }

    private static string OfSystem()
    {
        const string file = "/etc/os-release";
        if (!File.Exists(file)) return Usual;
        var facts = File.ReadLines(file).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
        return facts.GetValueOrDefault("ID") switch
        {
            "debian" when facts.TryGetValue("VERSION_CODENAME", out var name) => $"debian:{name}-slim",
            "ubuntu" when facts.TryGetValue("VERSION_ID", out var version) => $"ubuntu:{version}",
            _ => Usual,
        };
    }
}

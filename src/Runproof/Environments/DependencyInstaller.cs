using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <param name="SourceRoots">Folders inside the sandbox from which the code is imported.</param>
/// <param name="Packages">Names the shared installation; null where there is none.</param>
/// <param name="Failure">Why declared dependencies are not there; null when they are.</param>
internal sealed record InstalledDependencies(IReadOnlyList<string> SourceRoots, string? Packages, IReadOnlyList<string> Steps, string? Failure);

/// <summary>The install step: the only one with network, and only where the profile asks for it. What it brings becomes a layer.</summary>
internal sealed class DependencyInstaller(Workspace workspace, IProgressLog log, string scratch)
{
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(15);
    private static readonly SandboxLimits InstallLimits = SandboxLimits.Default with { MemoryBytes = 8L << 30, WrittenBytes = 4L << 30 };
    private const int MostNotes = 20;
    private readonly List<string> _steps = [];
    private string? _failure;

    public async Task<InstalledDependencies> InstallAsync(
        RepositoryTree tree, Suite suite, IReadOnlyList<string>? sourceRoots, IReadOnlyList<string> tools, EnvironmentLayers layers, CancellationToken cancel)
    {
        var rules = suite.Profile.Packages;
        var before = _steps.Count;
        _failure = null;
        Directory.CreateDirectory(layers.Dependencies);
        var description = await DescribeAsync(suite, layers, cancel);
        var declared = Declared(rules, tree, suite, description);
        var shared = declared is not null && LockHash(tree, suite, rules, tools) is { } hash ? hash : null;
        if (shared is not null) shared = await InstallSharedAsync(suite, rules, declared!, shared, layers, cancel);
        else if (declared is not null) await InstallAsync(suite, rules, declared, layers, cancel);
        if (rules.Warm is not null) await WarmAsync(suite, rules.Warm, layers, cancel);
        var roots = sourceRoots ?? description?.ImportRoots ?? [];
        return new([.. roots.Select(root => root is "." or "" ? suite.WorkingDirectory : $"{suite.WorkingDirectory}/{root}")], shared, [.. _steps.Skip(before)], _failure);
    }

    /// <summary>Runs the script of <c>runproof.toml</c>.</summary>
    /// <exception cref="InputException">It failed.</exception>
    public async Task RunScriptAsync(string script, LanguageProfile profile, EnvironmentLayers layers, CancellationToken cancel)
    {
        Directory.CreateDirectory(layers.Dependencies);
        using var progress = log.Begin($"running the install script of {ProjectOptions.FileName}", null);
        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([], network: true) with { Limits = InstallLimits }, cancel);
        var result = await sandbox.ExecuteAsync(new(["sh", "-e", "-c", script], InstallTime, Environment: Variables(profile)), cancel);
        if (!result.Succeeded) throw new InputException($"{ProjectOptions.FileName}: install {(result.TimedOut ? $"did not end within {InstallTime.TotalMinutes:0} minutes" : $"ended with {result.ExitCode}: {LastLine(result.Error.Text)}")}");
        await KeepAsync(sandbox, layers, cancel);
        Say($"ran the install script of {ProjectOptions.FileName}");
    }

    public async Task<bool> UnpackAsync(string package, EnvironmentLayers layers, CancellationToken cancel)
    {
        var unpacked = await DebianPackages.UnpackAsync(package, Path.Combine(layers.Dependencies, "env", "debian"), scratch, cancel);
        Say(unpacked.Count > 0 ? $"unpacked Debian's {string.Join(", ", unpacked)}" : $"Debian has no {package} to add");
        return unpacked.Count > 0;
    }

    private async Task<ProjectDescription?> DescribeAsync(Suite suite, EnvironmentLayers layers, CancellationToken cancel)
    {
        if (suite.Profile.Packages.Describe.Count == 0) return null;
        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([]), cancel);
        var result = await sandbox.ExecuteAsync(new(suite.Profile.Packages.Describe, TimeSpan.FromMinutes(1), suite.WorkingDirectory, Variables(suite.Profile)), cancel);
        if (!result.Succeeded)
        {
            Say($"the project could not be described: {LastLine(result.Error.Text)}");
            return null;
        }

        await KeepAsync(sandbox, layers, cancel);
        try
        {
            return JsonSerializer.Deserialize<ProjectDescription>(LastLine(result.Output.Text), Json.Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The packages to install, empty for "as the lock file says", null for nothing.</summary>
    private static IReadOnlyList<string>? Declared(PackageRules rules, RepositoryTree tree, Suite suite, ProjectDescription? description)
    {
        if (rules.Install.Count == 0 || (rules.InstallUnless is { } unless && tree.Exists(suite.PathOf(unless)))) return null;
        if (rules.InstallWhenFile is { } file) return tree.Exists(suite.PathOf(file)) && rules.InstallWhen!.IsMatch(tree.ReadText(suite.PathOf(file))) ? [] : null;
        if (rules.Describe.Count == 0) return [];
        var packages = (description?.Dependencies ?? []).Concat(description?.TestDependencies ?? []).Distinct().ToList();
        return packages.Count > 0 ? packages : null;
    }

    private async Task InstallAsync(Suite suite, PackageRules rules, IReadOnlyList<string> packages, EnvironmentLayers layers, CancellationToken cancel)
    {
        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([], network: true), cancel);
        if (await RunAsync(sandbox, suite, rules, packages, cancel)) await KeepAsync(sandbox, layers, cancel);
    }

    /// <summary>Installs once for all environments with the same lock files.</summary>
    /// <returns>The name of the installation; null where it failed.</returns>
    private async Task<string?> InstallSharedAsync(Suite suite, PackageRules rules, IReadOnlyList<string> packages, string hash, EnvironmentLayers layers, CancellationToken cancel)
    {
        var target = EnvironmentLayers.PackagesFolder(workspace, hash);
        if (Directory.Exists(target))
        {
            Say("dependencies are installed already: the lock file is known");
            return hash;
        }

        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([], network: true) with { Limits = InstallLimits }, cancel);
        if (!await RunAsync(sandbox, suite, rules, packages, cancel)) return null;
        var written = Path.Combine(scratch, "packages");
        WorkspaceFolders.Delete(written);
        await sandbox.SnapshotAsync(written, cancel);
        await LeaveOnlyAsync(written, rules.Keep, cancel);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(written, target);
        return hash;
    }

    /// <summary>Of what installing wrote: the environment's own folder, and folders of the given names in the repository.</summary>
    private static async Task LeaveOnlyAsync(string written, IReadOnlyList<string> names, CancellationToken cancel)
    {
        foreach (var other in Directory.EnumerateDirectories(written).Where(folder => Path.GetFileName(folder) is not ("env" or "testbed")).ToList()) WorkspaceFolders.Delete(other);
        var testbed = Path.Combine(written, "testbed");
        if (!Directory.Exists(testbed)) return;
        var kept = testbed + ".kept";
        List<string> arguments = [".", .. names.SelectMany((name, place) => place == 0 ? ["-name", name] : new[] { "-o", "-name", name })];
        var found = names.Count == 0 ? null : await HostProcess.RunAsync(new("find", [.. arguments, "-prune", "-print0"], testbed), cancel);
        foreach (var folder in found?.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var target = Path.Combine(kept, folder);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await HostProcess.RunAsync(new("mv", ["--", Path.Combine(testbed, folder), target]), cancel);
        }

        WorkspaceFolders.Delete(testbed);
        if (Directory.Exists(kept)) Directory.Move(kept, testbed);
    }

    private async Task<bool> RunAsync(ISandbox sandbox, Suite suite, PackageRules rules, IReadOnlyList<string> packages, CancellationToken cancel)
    {
        var command = rules.Install.SelectMany(word => word == "{packages}" ? packages : [word]).ToList();
        using var progress = log.Begin("installing dependencies", null);
        var result = await sandbox.ExecuteAsync(new(command, InstallTime, suite.WorkingDirectory, Variables(suite.Profile)), cancel);
        foreach (var note in result.Error.Text.Split('\n').Where(line => line.StartsWith("note: ", StringComparison.Ordinal)).Distinct().Take(MostNotes)) Say(note);
        if (result.Succeeded)
        {
            Say(packages.Count > 0 ? $"installed {string.Join(", ", packages)}" : "installed the dependencies");
            return true;
        }

        _failure = LastLine(result.Error.Text);
        Say($"dependencies could not be installed ({_failure}): going on without");
        return false;
    }

    private static string? LockHash(RepositoryTree tree, Suite suite, PackageRules rules, IReadOnlyList<string> tools)
    {
        var files = tree.Files.Where(file => suite.Holds(file) && rules.LockFiles.Match(file[suite.PathOf("").Length..])).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { suite.Folder, suite.Profile.Hash }.Concat(tools)) hash.AppendData(Encoding.UTF8.GetBytes(part + "\0"));
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\0"));
            hash.AppendData(SHA256.HashData(tree.ReadBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>The profile's variables as they are while dependencies come in; an empty value takes one away.</summary>
    private static Dictionary<string, string> Variables(LanguageProfile profile)
    {
        var variables = new Dictionary<string, string>(profile.Environment);
        foreach (var (name, value) in profile.InstallEnvironment)
        {
            if (value.Length == 0) variables.Remove(name);
            else variables[name] = value;
        }

        return variables;
    }

    private async Task WarmAsync(Suite suite, string script, EnvironmentLayers layers, CancellationToken cancel)
    {
        using var progress = log.Begin("warming the build cache with the standard library", null);
        await using var sandbox = await workspace.Sandboxes.CreateAsync(layers.Plain([]), cancel);
        await sandbox.ExecuteAsync(new(["sh", "-c", script], InstallTime, suite.WorkingDirectory, suite.Profile.Environment), cancel);
        await KeepAsync(sandbox, layers, cancel);
    }

    /// <summary>Keeps what was written outside of the repository, on top of what was kept before.</summary>
    private async Task KeepAsync(ISandbox sandbox, EnvironmentLayers layers, CancellationToken cancel)
    {
        var written = Path.Combine(scratch, "written");
        WorkspaceFolders.Delete(written);
        await sandbox.SnapshotAsync(written, cancel);
        var from = Path.Combine(written, "env");
        if (Directory.Exists(from)) await HostProcess.RunAsync(new("cp", ["-a", "--", from, layers.Dependencies]), cancel);
        WorkspaceFolders.Delete(written);
    }

    private void Say(string text)
    {
        _steps.Add(text);
        log.Say(text);
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no message";

    private sealed record ProjectDescription(
        string? Name, string? Version, IReadOnlyList<string>? ImportRoots, IReadOnlyList<string>? Dependencies, IReadOnlyList<string>? TestDependencies);
}

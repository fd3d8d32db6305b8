using System.Text;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks.Harbor;

namespace Runproof.Tasks.Oci;

/// <summary>
/// Tasks as images that run anywhere: the initial state, what was installed for it, and the tools that its tests need, without asking a registry or a mirror. What an agent may not see is not in there: no hidden test, no
/// solution, no other Git object. Layers: the tools (shared by all environments with the same), an environment's dependencies, the task.
/// </summary>
internal sealed class OciExport(Workspace workspace, IProgressLog log, ShownHistory history = ShownHistory.None)
{
    public const string ShowScript = "/runproof/show.sh";
    public const string TestScript = "/runproof/test.sh";
    private const string Archived = ".tar";
    private static readonly TimeSpan PackTime = TimeSpan.FromMinutes(5);

    /// <param name="target">A file <c>NAME.tar</c> for <c>podman load</c> and <c>docker load</c>; any other name is that of a folder, an OCI image layout. One that is there is replaced.</param>
    /// <returns>Number of tasks written.</returns>
    /// <exception cref="InputException">There is another folder of that name.</exception>
    public async Task<int> WriteAsync(IReadOnlyList<CodingTask> tasks, string target, CancellationToken cancel)
    {
        target = Path.GetFullPath(target);
        var isArchive = target.EndsWith(Archived, StringComparison.OrdinalIgnoreCase);
        if (isArchive && Directory.Exists(target)) throw new InputException($"'{target}' is a folder: --out names a file where it ends with {Archived}");
        if (!isArchive && File.Exists(target)) throw new InputException($"'{target}' is a file: --out names a folder, or a file that ends with {Archived}");
        if (!isArchive && Directory.Exists(target) && !File.Exists(Path.Combine(target, "oci-layout")) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new InputException($"'{target}' holds something else: --out names a new folder, or a file that ends with {Archived}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var partial = target + ".partial";
        WorkspaceFolders.Delete(partial);
        File.Delete(partial);
        var scratch = WorkspaceFolders.CreateTemporary(workspace.Root);
        using var system = new SystemFiles(workspace.Root);
        using var progress = log.Begin("writing images", tasks.Count);
        try
        {
            var folder = isArchive ? Directory.CreateDirectory(Path.Combine(scratch, "layout")).FullName : partial;
            await WriteImagesAsync(tasks, new OciLayout(folder), system, scratch, progress, cancel);
            if (isArchive) await new LayerTar(partial).AddAsync(folder, null, LayerTar.Root, cancel);
            WorkspaceFolders.Delete(target);
            if (isArchive) File.Move(partial, target, overwrite: true);
            else Directory.Move(partial, target);
        }
        finally
        {
            WorkspaceFolders.Delete(scratch);
        }

        return tasks.Count;
    }

    /// <summary>Image names have no large letters.</summary>
    public static string NameOf(CodingTask task) => "runproof/" + HarborExport.NameOf(task).ToLowerInvariant();

    private async Task WriteImagesAsync(IReadOnlyList<CodingTask> tasks, OciLayout layout, SystemFiles system, string scratch, IProgressItem progress, CancellationToken cancel)
    {
        var installed = await InstalledPackages.ReadAsync(cancel);
        var toolchains = new Dictionary<string, OciBlob>();
        var table = new EnvironmentTable(workspace);
        foreach (var group in tasks.GroupBy(task => task.EnvironmentHash))
        {
            var context = await EnvironmentContext.OpenAsync(workspace, table.Find(group.Key)!, cancel);
            var packages = Toolchain.PackagesOf(context.Environment, installed);
            var key = string.Join(' ', packages);
            if (!toolchains.TryGetValue(key, out var toolchain))
                toolchains[key] = toolchain = await PackAsync(layout, scratch, (tar, folder) => Toolchain.PackAsync(tar, packages, installed, system, folder, cancel), cancel);
            var dependencies = await PackAsync(layout, scratch, (tar, folder) => PackDependenciesAsync(tar, context, folder, cancel), cancel);
            foreach (var task in group)
            {
                var state = await PackAsync(layout, scratch, (tar, folder) => PackTaskAsync(tar, context, task, folder, cancel), cancel);
                layout.Add(NameOf(task), [toolchain, dependencies, state], Variables(context.Environment), ["sh", ShowScript], new Dictionary<string, string>
                {
                    ["org.opencontainers.image.title"] = task.InstanceId, ["runproof.instance_id"] = task.InstanceId, ["runproof.repo"] = task.Repo, ["runproof.base_commit"] = task.BaseCommit,
                });
                progress.Advance(1);
            }
        }

        layout.Finish();
    }

    private static async Task<OciBlob> PackAsync(OciLayout layout, string scratch, Func<LayerTar, string, Task> pack, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, "layer")).FullName;
        var file = Path.Combine(scratch, "layer.tar");
        try
        {
            await pack(new(file), folder);
            return await LayerTar.StoreAsync(file, layout.Blobs, cancel);
        }
        finally
        {
            File.Delete(file);
            WorkspaceFolders.Delete(folder);
        }
    }

    /// <summary>What was installed, never the build cache of the correct code; and the scripts that run the tests.</summary>
    private static async Task PackDependenciesAsync(LayerTar tar, EnvironmentContext context, string folder, CancellationToken cancel)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, "own" + SandboxPaths.Env)).FullName;
        foreach (var layer in context.Layers.Packages.Reverse().Append(context.Layers.Dependencies).Select(layer => Path.Combine(layer, "env")).Where(Directory.Exists)) await Archive.CopyAsync(layer, own, cancel);
        var system = Directory.CreateDirectory(Path.Combine(folder, "system")).FullName;
        foreach (var profile in context.Environment.Profiles.Where(profile => Directory.Exists(profile.SupportFolder)))
            await Archive.CopyAsync(profile.SupportFolder, system + $"{SandboxPaths.Support}/{profile.Name}", cancel);
        Directory.CreateDirectory(system + "/runproof");
        await File.WriteAllTextAsync(system + TestScript, TestScriptOf(context), cancel);
        await File.WriteAllTextAsync(system + ShowScript, $"""
            # What there is to do here. The repository is in {SandboxPaths.Testbed}.
            cat /runproof/instruction.md
            echo '---'
            git -C {SandboxPaths.Testbed} log --oneline -n 20
            git -C {SandboxPaths.Testbed} status --short
            ls -- {SandboxPaths.Testbed}
            echo 'sh {TestScript} runs the tests that are here'

            """, cancel);
        await tar.AddAsync(system, null, LayerTar.Root, cancel);
        await tar.AddAsync(Path.Combine(folder, "own"), null, LayerTar.Runner, cancel, "." + SandboxPaths.Env);
    }

    private async Task PackTaskAsync(LayerTar tar, EnvironmentContext context, CodingTask task, string folder, CancellationToken cancel)
    {
        // Packed inside, where the layers are seen as one; no code of the repository runs there.
        const string Packed = "state.tar";
        await using (var sandbox = await InitialState.OpenAsync(context, task, cancel, history))
        {
            var packed = await sandbox.ExecuteAsync(new(["tar", "--create", "--file", "/tmp/" + Packed, "--directory", "/", SandboxPaths.Testbed[1..]], PackTime), cancel);
            if (!packed.Succeeded) throw new SandboxException($"the initial state of {task.InstanceId} could not be packed: {packed.Error.Text.Trim()}");
            await sandbox.SnapshotAsync(Path.Combine(folder, "snapshot"), cancel);
        }

        var own = Directory.CreateDirectory(Path.Combine(folder, "own")).FullName;
        var unpacked = await HostProcess.RunAsync(new("tar", ["--extract", "--file", Path.Combine(folder, "snapshot", "tmp", Packed), "--directory", own, "--no-same-owner"]), cancel);
        if (!unpacked.Succeeded) throw new IOException($"the initial state of {task.InstanceId} cannot be unpacked: {unpacked.LastErrorLine}");
        await tar.AddAsync(own, null, LayerTar.Runner, cancel);
        var system = Directory.CreateDirectory(Path.Combine(folder, "system/runproof")).FullName;
        await File.WriteAllTextAsync(Path.Combine(system, "instruction.md"), HarborExport.Instruction(task), cancel);
        await tar.AddAsync(Path.Combine(folder, "system"), ["runproof/instruction.md"], LayerTar.Root, cancel);
    }

    /// <summary>Runs each suite as it is run to judge, on the tests that the repository has.</summary>
    private static string TestScriptOf(EnvironmentContext context)
    {
        var text = new StringBuilder($"# Runs the tests of {SandboxPaths.Testbed}. Ends with 0 where all pass; the last report is {TestCommand.Report}.\nworst=0\n");
        foreach (var suite in context.Environment.Suites)
        {
            var (words, places, variables) = TestCommand.Parts(suite, context.WholeSuite);
            var assignments = variables.Select(pair => $"{pair.Key}={pair.Value}");
            text.Append($"rm -rf {TestCommand.Report}; : >{TestCommand.Select}; cd {BubblewrapSandbox.Quote(suite.WorkingDirectory)} && ");
            text.Append($"env {BubblewrapSandbox.Quoted([.. assignments, .. words, .. places])} || worst=$?\n");
        }

        return text.Append("[ $worst = 0 ] && echo 'all tests pass' || echo 'not all tests pass'\nexit $worst\n").ToString();
    }

    private static Dictionary<string, string> Variables(RepositoryEnvironment environment)
    {
        var variables = new Dictionary<string, string>(PinnedEnvironment.With(null));
        variables.Remove("TERM");
        foreach (var (name, value) in HarborImage.Variables(environment)) variables[name] = value;
        return variables;
    }
}

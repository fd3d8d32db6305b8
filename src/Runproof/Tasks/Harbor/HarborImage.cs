using System.Text;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Verification;

namespace Runproof.Tasks.Harbor;

/// <summary>The folder <c>environment/</c>: a Dockerfile and what it copies. What is in there is what an agent may see.</summary>
internal static class HarborImage
{
    public static async Task WriteAsync(HarborEnvironment common, CodingTask task, string folder, string scratch, ShownHistory history, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var tree = Path.Combine(scratch, "initial");
        try
        {
            await WriteTreeAsync(common, task, tree, Path.Combine(scratch, "bug"), cancel);
            if (history == ShownHistory.Past) Directory.Move(Path.Combine(await InitialState.WritePastAsync(common.Context.Environment, task, Path.Combine(scratch, "past"), cancel), "testbed/.git"), Path.Combine(tree, ".git"));
            await Archive.PackAsync(tree, Path.Combine(folder, "testbed.tar.gz"), cancel);
        }
        finally
        {
            WorkspaceFolders.Delete(tree);
            WorkspaceFolders.Delete(Path.Combine(scratch, "bug"));
            WorkspaceFolders.Delete(Path.Combine(scratch, "past"));
        }

        if (common.Dependencies is { } dependencies) await Archive.ShareAsync(dependencies, Path.Combine(folder, "dependencies.tar.gz"), cancel);
        var environment = common.Context.Environment;
        await File.WriteAllTextAsync(Path.Combine(folder, "installed.txt"), string.Concat(environment.Profiles.SelectMany(profile => profile.Packages.Keep).Distinct().Select(name => name + "\n")), cancel);
        HarborFiles.Copy("setup.sh", folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), Dockerfile(environment, common.BaseImage), cancel);
    }

    /// <summary>The base tree with the bug and without the hidden test files.</summary>
    private static async Task WriteTreeAsync(HarborEnvironment common, CodingTask task, string tree, string layer, CancellationToken cancel)
    {
        await Archive.CopyAsync(common.Tree, tree, cancel);
        var older = InitialState.HiddenTests(task);
        await PatchedLayer.WriteAsync(common.Context.Tree, task.BugPatch, layer, cancel, older);

        foreach (var file in PatchFiles.Of(task.BugPatch).Union(PatchFiles.Of(older)))
        {
            var (source, target) = (Path.Combine(layer, "testbed", file), Path.Combine(tree, file));
            File.Delete(target);
            if (!File.Exists(source) || Libc.IsWhiteout(source)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }

        foreach (var file in task is { Tests: TestVisibility.Hidden, TestPatch: null } ? task.HiddenFiles.Where(common.Context.Tree.Exists) : []) File.Delete(Path.Combine(tree, file));
    }

    private static string Dockerfile(RepositoryEnvironment environment, string baseImage)
    {
        var packages = new[] { "git", "python3" }
            .Concat(environment.Profiles.SelectMany(profile => profile.Tools).Where(tool => tool.Image is null).Select(tool => tool.Debian))
            .Concat(environment.OptionsText.Length > 0 ? ProjectOptions.Parse(environment.OptionsText, ProjectOptions.FileName).Debian : [])
            .Distinct().Order(StringComparer.Ordinal);
        var text = new StringBuilder($"""
            # The initial state of a task of {environment.Name}. Another base that has Debian's packages: --build-arg BASE=IMAGE.
            ARG BASE={baseImage}
            FROM $BASE
            RUN apt-get update \
             && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {string.Join(' ', packages)} \
             && rm -rf /var/lib/apt/lists/*
            COPY . /runproof/image/
            RUN sh /runproof/image/setup.sh

            """);
        foreach (var (name, value) in Variables(environment)) text.Append($"ENV {name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal)}\"\n");
        return text.Append("WORKDIR /testbed\n").ToString();
    }

    /// <summary>What makes the tests run by hand as the runners run them.</summary>
    public static Dictionary<string, string> Variables(RepositoryEnvironment environment)
    {
        var variables = new Dictionary<string, string> { ["LANG"] = "C.UTF-8", ["TZ"] = "UTC" };
        foreach (var suite in environment.Suites)
        {
            foreach (var (name, value) in suite.Variables) variables.TryAdd(name, name == "PYTHONPATH" ? string.Join(':', suite.SourceRoots.Append(value)) : value);
        }

        return variables;
    }
}

using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>
/// Looks for a task's solution among what a sandbox shows beside the files to repair: the programs and libraries of the machine that are not hidden, and what the environment has installed.
/// </summary>
/// <param name="withRepository">Look at the other files of the repository too: what was right before a bug was put in may stand there twice. What a change of its history does is known to its base by right.</param>
internal sealed class InstalledCopies(EnvironmentContext context, bool withRepository)
{
    /// <summary>Share of the solution from which a copy gives it away.</summary>
    private const double Held = 0.5;

    private readonly Lazy<IReadOnlyList<string>> _installed = new(() =>
        [.. MachineFiles.All.Except(context.Layers.Hidden), .. context.Layers.Packages.Append(context.Layers.Dependencies).Where(Directory.Exists).SelectMany(MachineFiles.Below)]);

    /// <param name="goldPatch">The solution; the environment's files are with it.</param>
    /// <param name="before">The layer of the state without it.</param>
    /// <returns>Where the solution lies, or most of it; null where nothing does.</returns>
    public string? Holding(string goldPatch, string before)
    {
        List<ChangedFile> changed = [.. PatchFiles.Of(goldPatch).Order(StringComparer.Ordinal).Select(file => ChangedFile.Read(file, context.Tree.Layer, before)).OfType<ChangedFile>()];
        var (all, held, where) = (changed.Sum(file => file.Lines), 0, "");
        foreach (var file in changed)
        {
            var (copy, lines) = Candidates(file.Path).Select(path => (Path: path, Lines: file.HeldBy(path))).Append((Path: "", Lines: 0)).MaxBy(one => one.Lines);
            if (where.Length == 0) where = copy;
            held += lines;
        }

        return held > 0 && held >= all * Held ? $"{Named(where)} holds {held} of the {all} lines that the solution changes" : null;
    }

    /// <summary>Files of the same name, and those of a package that is named as the repository.</summary>
    private IEnumerable<string> Candidates(string file)
    {
        var name = "/" + Path.GetFileName(file);
        var package = $"/{context.Environment.Name.Split('/')[^1]}/";
        var own = withRepository ? context.Tree.Files.Where(path => path != file && path.EndsWith(name, StringComparison.Ordinal)).Select(path => Path.Combine(Repository, path)) : [];
        return _installed.Value.Where(path => path.EndsWith(name, StringComparison.Ordinal) || path.Contains(package, StringComparison.OrdinalIgnoreCase)).Concat(own);
    }

    private string Repository => Path.Combine(context.Tree.Layer, "testbed");

    private string Named(string path) =>
        path.StartsWith(Repository + "/", StringComparison.Ordinal) ? $"'{path[(Repository.Length + 1)..]}' of the repository" : path.StartsWith(context.Workspace.Root, StringComparison.Ordinal) ? $"an installed '{Path.GetFileName(path)}'" : $"'{path}'";

    /// <param name="After">Its lines with the solution, without the space around them.</param>
    /// <param name="New">Those that it lacks without it.</param>
    /// <param name="Gone">Those that it has only without it.</param>
    private sealed record ChangedFile(string Path, IReadOnlySet<string> After, IReadOnlyList<string> New, IReadOnlyList<string> Gone)
    {
        public int Lines => New.Count + Gone.Count;

        public static ChangedFile? Read(string path, string after, string before)
        {
            if (Content(after, path) is not { } content || Array.IndexOf(content, (byte)0) >= 0) return null;
            var (with, without) = (MachineFiles.LinesOf(content), MachineFiles.LinesOf(Content(before, path) ?? []));
            return new(path, with, [.. with.Where(line => !without.Contains(line))], [.. without.Where(line => !with.Contains(line))]);
        }

        /// <summary>Lines of the change that a copy holds; 0 where the file is no version of this one.</summary>
        public int HeldBy(string copy)
        {
            if (MachineFiles.Lines(copy) is not { } lines || !MachineFiles.AreVersions(After, lines)) return 0;
            var held = New.Count(lines.Contains);
            return held >= New.Count * Held ? held + Gone.Count(line => !lines.Contains(line)) : 0;
        }

        private static byte[]? Content(string layer, string path) => System.IO.Path.Combine(layer, "testbed", path) is var file && File.Exists(file) && !Libc.IsWhiteout(file) ? File.ReadAllBytes(file) : null;
    }
}

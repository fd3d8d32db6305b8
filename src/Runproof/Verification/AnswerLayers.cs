using System.Text;
using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Verification;

/// <summary>What an answer changes, as sandbox layers.</summary>
/// <param name="Layers">The topmost first.</param>
/// <param name="LeftOut">Paths whose changes do not count: the base state's files stand there.</param>
/// <param name="Reason">Why nothing of it counts, machine-readable; null where it does.</param>
/// <param name="Own">That of the layers which holds what the answer wrote.</param>
internal sealed record Answer(IReadOnlyList<string> Layers, IReadOnlyList<string> LeftOut, string? Reason = null, string Detail = "", string? Own = null);

/// <summary>
/// Applies an answer's diff in a sandbox of its own, where nothing else runs, and lets through what it wrote only file by file. Git alone reads the diff, and what counts is what is
/// there afterwards: no spelling of a diff reaches a file that judges.
/// </summary>
internal sealed class AnswerLayers(EnvironmentContext context, KeptFiles kept)
{
    private const int MostBytes = 50 << 20;
    private const int MostExcludedCharacters = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="below">The layer of the bug.</param>
    /// <param name="scratch">A folder below the workspace for the layers.</param>
    public async Task<Answer> MakeAsync(string diff, string below, string scratch, CancellationToken cancel)
    {
        if (diff.Length > MostBytes) return Refused($"the diff is larger than {MostBytes >> 20} MiB");
        if (string.IsNullOrWhiteSpace(diff)) return new([], []);
        await using var sandbox = await context.Workspace.Sandboxes.CreateAsync(context.Layers.Plain([below]), cancel);
        var input = Encoding.UTF8.GetBytes(diff.EndsWith('\n') ? diff : diff + "\n");
        Answer? problem = null;
        foreach (var strip in StartsWithPrefix(diff) ? new[] { "-p1", "-p0" } : ["-p0", "-p1"])
        {
            var named = await GitApplyAsync(sandbox, [strip, "--numstat", "-z"], input, cancel);
            var paths = named.Succeeded ? PathsOf(named.Output.Text) : [];
            if (!named.Succeeded) problem ??= new([], [], "does_not_apply", FirstLine(named.Error.Text));
            if (paths.Count == 0) continue;
            if (paths.FirstOrDefault(Leaves) is { } outside) return Refused($"the diff reaches outside of the repository: '{outside}'");
            var excluded = paths.Where(kept.Contains).Distinct().ToList();
            if (excluded.Sum(path => path.Length) > MostExcludedCharacters) return Refused("the diff changes too many test files");
            if (excluded.Count == paths.Distinct().Count()) return new([], excluded);
            var applied = await GitApplyAsync(sandbox, [strip, .. excluded.Select(path => "--exclude=" + Literal(path)), "--whitespace=nowarn"], input, cancel);
            if (applied.Succeeded) return await FilterAsync(sandbox, excluded, scratch, cancel);
            problem ??= new([], excluded, "does_not_apply", FirstLine(applied.Error.Text));
        }

        return problem ?? new([], [], "does_not_apply", "the diff names no file");
    }

    private async Task<Answer> FilterAsync(ISandbox sandbox, List<string> excluded, string scratch, CancellationToken cancel)
    {
        var layer = Path.Combine(scratch, "answer");
        await sandbox.SnapshotAsync(layer, cancel);
        var written = Path.Combine(layer, "testbed");
        if (!Directory.Exists(written)) return new([], excluded);
        foreach (var other in Directory.EnumerateDirectories(layer).Where(folder => folder != written).ToList()) WorkspaceFolders.Delete(other);

        var restored = new RestoredLayer(Path.Combine(context.Layers.Tree, "testbed"), Path.Combine(scratch, "kept"), kept);
        List<string> leftOut = [.. excluded];
        foreach (var (kind, path) in await ListAsync(written, cancel))
        {
            var full = Path.Combine(written, path);
            if (leftOut.Exists(known => path.StartsWith(known + "/", StringComparison.Ordinal))) continue;
            if (Leaves(path)) return Refused($"the diff reaches outside of the repository: '{path}'");
            if (kept.Contains(path))
            {
                leftOut.Add(path);
                if (kind == 'd') WorkspaceFolders.Delete(full);
                else File.Delete(full);
                continue;
            }

            if (kind is not ('f' or 'd' or Removed) || (kind == 'd' && !Directory.EnumerateFileSystemEntries(full).Any()))
                return Refused($"the diff makes or changes a symbolic link or submodule: '{path}'");

            // A folder that was removed and made again hides all that the base state has below it, and looks as any other.
            leftOut.AddRange(restored.Below(path, hidden: kind != 'd'));
        }

        return new([.. restored.Layers, layer], [.. leftOut.Distinct()], Own: layer);
    }

    /// <summary>How the overlay marks what was removed: as a character device.</summary>
    private const char Removed = 'c';

    private static async Task<List<(char Kind, string Path)>> ListAsync(string folder, CancellationToken cancel)
    {
        var found = await HostProcess.RunAsync(new("find", [".", "-mindepth", "1", "-printf", "%y%P\\0"], folder), cancel);
        if (!found.Succeeded) throw new SandboxException($"what an answer wrote cannot be listed: {found.LastErrorLine}");
        return [.. found.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => (entry[0], entry[1..])).OrderBy(entry => entry.Item2, StringComparer.Ordinal)];
    }

    private static Task<ExecResult> GitApplyAsync(ISandbox sandbox, IEnumerable<string> arguments, byte[] diff, CancellationToken cancel) => sandbox.ExecuteAsync(
        new(["git", "-c", "core.autocrlf=false", "apply", .. arguments, "-"], Limit, Environment: new Dictionary<string, string> { ["GIT_CEILING_DIRECTORIES"] = "/" }, StandardInput: diff), cancel);

    /// <summary><c>ADDED TAB REMOVED TAB PATH NUL</c>, as git itself reads the diff.</summary>
    private static List<string> PathsOf(string numstat) => [.. numstat.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('\t', 3)[^1])];

    /// <summary>Git strips one folder of each name unless told otherwise; a diff made with <c>diff.noprefix</c> has none to strip.</summary>
    private static bool StartsWithPrefix(string diff)
    {
        var line = diff.Split('\n').FirstOrDefault(one => one.StartsWith("diff --git ", StringComparison.Ordinal) || one.StartsWith("+++ ", StringComparison.Ordinal));
        var name = line?[(line[0] == 'd' ? "diff --git ".Length : "+++ ".Length)..].TrimStart('"') ?? "";
        return name.Length < 2 || name[1] == '/' || name.StartsWith("/dev/null", StringComparison.Ordinal);
    }

    /// <summary>As a pattern of git that matches this path alone.</summary>
    private static string Literal(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' or ']' or '\\' ? "\\" + c : c.ToString()));

    /// <summary>A path that is not valid UTF-8 could not be named on this side.</summary>
    private static bool Leaves(string path) =>
        path.StartsWith('/') || path.Contains('\\') || path.Contains('\uFFFD') || path.Split('/').Any(part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase));

    private static Answer Refused(string why) => new([], [], "refused_diff", why);

    private static string FirstLine(string text) => text.Split('\n')[0];
}

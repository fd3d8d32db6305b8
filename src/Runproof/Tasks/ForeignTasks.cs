using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Tasks;

/// <summary>A task of somebody else's, as far as it can be told: texts that are not there are empty.</summary>
/// <param name="Repository"><c>owner/name</c>, in small letters.</param>
/// <param name="Where">File and place.</param>
/// <param name="Fault">Why it cannot be read; null where it can.</param>
internal sealed record ForeignTask(string Id, string Repository, string Commit, string Patch, string Statement, string Where, string? Fault = null);

/// <summary>Reads tasks that others made: rows of the SWE-bench family (JSON lines, Parquet), folders of Harbor tasks, plain lists of repositories.</summary>
internal static partial class ForeignTasks
{
    private static readonly string[] Patches = ["*.patch", "*.diff", "solve.sh"];

    /// <exception cref="InputException">There is no such file or folder, or it is damaged as a whole.</exception>
    public static async IAsyncEnumerable<ForeignTask> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (Directory.Exists(path))
        {
            foreach (var task in Folders(path)) yield return task;
            yield break;
        }

        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist: give a file of SWE-bench rows, a folder of Harbor tasks, or a list of repositories");
        if (await IsListAsync(path, cancel))
        {
            var number = 0;
            await foreach (var line in File.ReadLinesAsync(path, cancel))
            {
                number++;
                var text = line.Split('#')[0].Trim();
                if (text.Length > 0) yield return new("", Overlap.Repository(text), "", "", "", $"{Path.GetFileName(path)} line {number}");
            }

            yield break;
        }

        await foreach (var row in RowReader.ReadAsync(path, cancel))
        {
            string Of(params string[] names) => names.Select(row.Column).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "";
            var (org, repo) = (Of("org"), Of("repo", "repo_name"));
            yield return new(
                Of("instance_id", "id"), Overlap.Repository(org.Length > 0 && !repo.Contains('/', StringComparison.Ordinal) ? $"{org}/{repo}" : repo), Of("base_commit", "base.sha", "commit", "parsed_commit"), Of("patch", "fix_patch"),
                Of("problem_statement", "body", "pr_description"), row.Where, row.Fault);
        }
    }

    /// <summary>A text file whose first line is one word.</summary>
    private static async Task<bool> IsListAsync(string path, CancellationToken cancel)
    {
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            var text = line.Split('#')[0].Trim();
            if (text.Length > 0) return RepositoryName().IsMatch(text);
        }

        return true;
    }

    private static IEnumerable<ForeignTask> Folders(string path)
    {
        IEnumerable<string> folders = File.Exists(Path.Combine(path, "task.toml")) ? [path] : Directory.EnumerateDirectories(path).Where(folder => File.Exists(Path.Combine(folder, "task.toml"))).Order(StringComparer.Ordinal);
        foreach (var folder in folders) yield return OfFolder(folder);
    }

    private static ForeignTask OfFolder(string folder)
    {
        var where = $"Harbor task '{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}'";
        try
        {
            var toml = TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(Path.Combine(folder, "task.toml"))) ?? [];
            var metadata = toml.TryGetValue("metadata", out var table) && table is TomlTable inner ? inner : [];
            string Of(string name) => metadata.TryGetValue(name, out var value) && value is string text ? text : "";
            var (instruction, solution) = (Path.Combine(folder, "instruction.md"), Path.Combine(folder, "solution"));
            var patches = Directory.Exists(solution) ? Patches.SelectMany(pattern => Directory.EnumerateFiles(solution, pattern)).Select(File.ReadAllText) : [];
            return new(Path.GetFileName(folder), Overlap.Repository(Of("repo")), Of("base_commit"), string.Join('\n', patches), File.Exists(instruction) ? File.ReadAllText(instruction) : "", where);
        }
        catch (TomlException error)
        {
            return new("", "", "", "", "", where, $"task.toml: {error.Message.Split('\n')[0]}");
        }
    }

    [GeneratedRegex(@"^(https?://\S+|git@\S+|[\w.-]+/[\w.-]+)$")]
    private static partial Regex RepositoryName();
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Imports;

/// <summary>Finds other people's files, and what lies beside them: the name of the task, the patch.</summary>
internal static class ForeignFiles
{
    /// <summary>Larger files are no trajectories.</summary>
    private const long MostBytes = 256L << 20;

    private static readonly string[] Endings = [".traj.json", ".atif.json", ".traj", ".json"];
    private static readonly string[] PatchEndings = [".patch", ".diff"];
    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false, MaxDepth = 256 };

    /// <summary>Of a folder all below it that may be one; whether a file was named says whether to tell that it is none.</summary>
    /// <exception cref="InputException">A path does not exist, or a folder holds none.</exception>
    public static IReadOnlyList<(string File, bool IsNamed)> Find(IReadOnlyList<string> paths)
    {
        List<(string, bool)> all = [];
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                all.Add((path, true));
                continue;
            }

            if (!Directory.Exists(path)) throw new InputException($"'{path}' does not exist: give files or folders of ATIF, .traj.json or .traj");
            var found = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Where(file => Endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList();
            if (found.Count == 0) throw new InputException($"'{path}' holds no .json and no .traj");

            // Other JSON lies about in folders of runs: only what is named like a trajectory must be one.
            all.AddRange(found.Select(file => (file, file.EndsWith(".traj", StringComparison.Ordinal) || file.EndsWith(".traj.json", StringComparison.Ordinal) || file.EndsWith(".atif.json", StringComparison.Ordinal))));
        }

        return [.. all.DistinctBy(one => Path.GetFullPath(one.Item1))];
    }

    /// <exception cref="FormatException">It is no JSON object.</exception>
    public static (byte[] Bytes, JsonObject Root) Read(string file)
    {
        if (new FileInfo(file).Length > MostBytes) throw new FormatException($"it is larger than {MostBytes >> 20} MiB");
        var bytes = File.ReadAllBytes(file);
        try
        {
            return (bytes, JsonNode.Parse(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), documentOptions: Reading) as JsonObject ?? throw new FormatException("it is no JSON object"));
        }
        catch (JsonException error)
        {
            throw new FormatException($"it is no JSON: {error.Message.Split('\n')[0]}", error);
        }
    }

    /// <summary>What the task may be called by the names around a file: its own, that of its folder (Harbor adds a suffix to its trials' names), what Harbor's <c>result.json</c> says.</summary>
    public static IEnumerable<string> Names(string file)
    {
        var full = Path.GetFullPath(file);
        yield return Stem(full);
        var folder = Path.GetDirectoryName(full);
        for (var up = 0; up < 2 && folder is { Length: > 1 }; up++, folder = Path.GetDirectoryName(folder))
        {
            if (TaskOf(Path.Combine(folder, "result.json")) is { } told)
            {
                yield return told;
                yield return told[(told.LastIndexOf('/') + 1)..];
            }

            var name = Path.GetFileName(folder);
            yield return name;
            if (name.LastIndexOf("__", StringComparison.Ordinal) is > 0 and var suffix) yield return name[..suffix];
        }
    }

    /// <summary>A patch beside a file: of its name, or the only one of its folder; empty where there is none.</summary>
    public static string Patch(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var own = PatchEndings.Select(ending => Path.Combine(folder, Stem(file) + ending)).FirstOrDefault(File.Exists);
        var all = own is not null ? [own] : Directory.EnumerateFiles(folder).Where(one => PatchEndings.Any(ending => one.EndsWith(ending, StringComparison.Ordinal))).Take(2).ToList();
        return all.Count == 1 && new FileInfo(all[0]).Length <= MostBytes ? File.ReadAllText(all[0]) : "";
    }

    /// <summary>As Git wrote it: a terminal in between makes all line ends its own, and adds empty lines before.</summary>
    public static string Mended(string patch)
    {
        var text = patch.TrimStart();
        if (text.Length == 0) return "";
        var headers = text.Split('\n').Where(line => line.StartsWith("diff --git ", StringComparison.Ordinal)).ToList();
        if (headers.Count > 0 && headers.All(line => line.EndsWith('\r'))) text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.EndsWith('\n') ? text : text + "\n";
    }

    private static string Stem(string file)
    {
        var name = Path.GetFileName(file);
        var ending = Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length);
        return ending is null ? name : name[..^ending.Length];
    }

    private static string? TaskOf(string result)
    {
        if (!File.Exists(result)) return null;
        try
        {
            return Read(result).Root.At("task_name").Text();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

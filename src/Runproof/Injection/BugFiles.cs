using System.Text;
using Runproof.Environments;
using Runproof.Repositories;

namespace Runproof.Injection;

/// <summary>The files that a bug changes, with it and without it.</summary>
internal sealed class BugFiles
{
    private readonly EnvironmentContext _context;
    private readonly IReadOnlyList<(string File, byte[] Original, byte[] Changed)> _files;

    /// <exception cref="InvalidDataException">The bug does not apply.</exception>
    public BugFiles(EnvironmentContext context, Bug bug)
    {
        _context = context;
        _files = [.. bug.Files.Select(file => (file, context.Tree.ReadBytes(file))).Select(pair => (pair.file, pair.Item2, bug.Apply(pair.file, pair.Item2)))];
    }

    /// <summary>Writes the files with the bug as a layer.</summary>
    public string WriteLayer(string layer)
    {
        foreach (var (file, _, changed) in _files)
        {
            var target = Path.Combine(layer, "testbed", file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, changed);
            File.SetUnixFileMode(target, _context.Tree.Mode(file));
        }

        return layer;
    }

    /// <summary>The diff that puts the bug in, or the one that takes it out.</summary>
    public async Task<string> DiffAsync(bool repair, string scratch, CancellationToken cancel)
    {
        var diff = new StringBuilder();
        foreach (var (file, original, changed) in _files) diff.Append(await Diffs.BetweenAsync(file, repair ? changed : original, repair ? original : changed, _context.Tree.Mode(file), scratch, cancel));
        return diff.ToString();
    }

    /// <summary>The diff from the bug to another one, for example to what is left of a combination when a part is repaired.</summary>
    public async Task<string> DiffToAsync(Bug other, string scratch, CancellationToken cancel)
    {
        var diff = new StringBuilder();
        foreach (var (file, original, changed) in _files)
        {
            var left = other.Apply(file, original);
            if (!left.AsSpan().SequenceEqual(changed)) diff.Append(await Diffs.BetweenAsync(file, changed, left, _context.Tree.Mode(file), scratch, cancel));
        }

        return diff.ToString();
    }
}

using System.Collections.Concurrent;
using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Verification;

/// <summary>
/// Proves a task's gold patch without running again what was run: the task's patches, put through the way of an answer, must give the initial state and then the environment's files, byte for byte. That
/// its tests can tell is shown by one run in which they are made to fail.
/// </summary>
/// <param name="counterchecked">Whether the tests are made to fail here; where the repair is graded as well, that does it.</param>
internal sealed class RepairProof(EnvironmentContext context, bool counterchecked = true)
{
    /// <summary>Tests that failed when they were made to, on the environment's files: no task changes that.</summary>
    private readonly ConcurrentDictionary<string, bool> _telling = [];

    /// <param name="bug">The layer that was judged.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    /// <exception cref="SandboxException">Nothing could be run.</exception>
    public async Task<string?> FaultAsync(CodingTask task, string bug, string scratch, CancellationToken cancel)
    {
        var files = PatchFiles.Of(task.GoldPatch);
        var kept = new KeptFiles(context.Environment.Suites, context.Environment.Tests, files);
        var broken = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "broken"), cancel);
        if (files.FirstOrDefault(file => !AreEqual(Read(file, [bug]), Read(file, [broken]))) is { } other) return $"the patch of the bug does not give '{other}' as it was judged";

        var repair = Directory.CreateDirectory(Path.Combine(scratch, "repair")).FullName;
        var answer = await new AnswerLayers(context, kept).MakeAsync(task.GoldPatch, broken, repair, cancel);
        if (answer.Reason is not null) return $"{answer.Reason}: {answer.Detail}";
        foreach (var file in files)
        {
            if (!AreEqual(Read(file, [.. answer.Layers, broken, context.Tree.Layer]), Read(file, [context.Tree.Layer]))) return $"the repair does not give '{file}' back as it was";
        }

        if (!counterchecked || Countercheck.Of(task, context) is not { } check || check.Tests.All(test => _telling.ContainsKey(test.Id))) return null;
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, check.WriteLayer(Path.Combine(scratch, "failing")));
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = check.Tests }, null, cancel);
        if (check.FaultOf(run) is { } fault) return $"{fault.Reason}: {fault.Detail}";
        foreach (var test in check.Tests) _telling[test.Id] = true;
        return null;
    }

    private static bool AreEqual(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    /// <summary>What stands in the topmost layer that has the file; null where none has, or there it is removed.</summary>
    private static byte[]? Read(string file, IReadOnlyList<string> layers)
    {
        var path = layers.Select(layer => Path.Combine(layer, "testbed", file)).FirstOrDefault(File.Exists);
        return path is null || Libc.IsWhiteout(path) ? null : File.ReadAllBytes(path);
    }
}

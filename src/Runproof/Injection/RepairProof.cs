using System.Collections.Concurrent;
using Runproof.Environments;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Injection;

/// <summary>
/// Proves the repair of an injected bug without running again what the baseline ran: the task's patches, put through the way of an answer, must give the bug and then the untouched files, byte for byte. That
/// its tests can tell is shown by one run in which they are made to fail.
/// </summary>
internal sealed class RepairProof(EnvironmentContext context)
{
    /// <summary>Tests that failed when they were made to, on the untouched code: no bug changes that.</summary>
    private readonly ConcurrentDictionary<string, bool> _telling = [];

    /// <param name="bug">The layer that was judged.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    /// <exception cref="Sandboxes.SandboxException">Nothing could be run.</exception>
    public async Task<string?> FaultAsync(CodingTask task, string bug, string scratch, CancellationToken cancel)
    {
        var files = PatchFiles.Of(task.GoldPatch);
        var kept = new KeptFiles(context.Environment.Suites, context.Environment.Tests, files);
        var broken = await PatchedLayer.WriteAsync(context.Tree, task.BugPatch, Path.Combine(scratch, "broken"), cancel);
        if (files.FirstOrDefault(file => !AreEqual(Path.Combine(bug, "testbed", file), Path.Combine(broken, "testbed", file))) is { } other) return $"the patch of the bug does not give '{other}' as it was judged";

        var repair = Directory.CreateDirectory(Path.Combine(scratch, "repair")).FullName;
        var answer = await new AnswerLayers(context, kept).MakeAsync(task.GoldPatch, broken, repair, cancel);
        if (answer.Reason is not null) return $"{answer.Reason}: {answer.Detail}";
        foreach (var file in files)
        {
            var repaired = answer.Layers.Append(broken).Select(layer => Path.Combine(layer, "testbed", file)).First(File.Exists);
            if (!AreEqual(repaired, context.Tree.FullPath(file))) return $"the repair does not give '{file}' back as it was";
        }

        if (Countercheck.Of(task, context) is not { } check || check.Tests.All(test => _telling.ContainsKey(test.Id))) return null;
        await using var sandbox = await context.SandboxToJudgeAsync(cancel, check.WriteLayer(Path.Combine(scratch, "failing")));
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite with { Selection = check.Tests }, null, cancel);
        if (check.FaultOf(run) is { } fault) return $"{fault.Reason}: {fault.Detail}";
        foreach (var test in check.Tests) _telling[test.Id] = true;
        return null;
    }

    private static bool AreEqual(string one, string other) => File.Exists(one) && File.Exists(other) && File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));
}

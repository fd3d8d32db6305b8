using System.CommandLine;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Tasks;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>tasks decontaminate</c>: takes out what others measure with.</summary>
internal static class DecontaminateVerb
{
    public static Command Create()
    {
        var against = new Option<string[]>("--against") { Description = "Files of SWE-bench rows (JSON lines or Parquet), folders of Harbor tasks, lists of repositories", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
        var keep = new Option<bool>("--keep-repositories") { Description = "Tasks of the same repository stay, unless they are the same change" };
        var path = new Option<string?>("--out") { Description = "The manifest (default: decontamination.json in the workspace)", HelpName = "FILE" };
        var command = new Verb(
            "decontaminate", "Takes out tasks that others measure with, and copies of one another; a manifest says which and why.",
            "runproof tasks decontaminate --against swe-bench.jsonl verified.parquet repositories.txt") { against, keep, path };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            using var workspace = Workspace.Open(call.Workspace, call.Sandbox);
            var manifest = await new Decontamination(workspace, !parsed.GetValue(keep)).FindAsync(parsed.GetValue(against)!, cancel);
            foreach (var line in manifest.Against.SelectMany(file => file.Unreadable)) call.Log.Say($"note: {line}");
            var target = Path.GetFullPath(parsed.GetValue(path) ?? Path.Combine(workspace.Root, "decontamination.json"));
            await File.WriteAllTextAsync(target + ".partial", JsonSerializer.Serialize(manifest, Json.Indented) + "\n", cancel);
            File.Move(target + ".partial", target, overwrite: true);
            var quarantine = new QuarantineTable(workspace);
            workspace.Database.Together(() =>
            {
                foreach (var one in manifest.Removed) quarantine.Add(one.InstanceId, $"contaminated: the same {one.By} as {one.Match} ({one.Where})", TimeProvider.System.GetUtcNow());
            });
            Results.Write(call, new { path = target, manifest.Against, manifest.Thresholds, manifest.Checked, manifest.Kept, manifest.Removed }, console =>
            {
                if (manifest.Removed.Count > 0) console.Write(Results.Table(["task", "same", "as", "share"], manifest.Removed.Select(one => new[] { one.InstanceId, one.By, $"{one.Match} ({one.Where})", $"{one.Share:0.00}" }), 3));
                console.MarkupLineInterpolated($"{manifest.Checked} tasks compared, {manifest.Removed.Count} removed, {manifest.Kept} kept: {target}");
            });
            return CommandLine.Done;
        });
        return command;
    }
}

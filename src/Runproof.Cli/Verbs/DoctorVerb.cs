using System.CommandLine;
using Runproof.Cli.Terminal;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Sandboxes;
using Spectre.Console;

namespace Runproof.Cli.Verbs;

/// <summary><c>doctor</c>: what this machine has, lacks, and how to get it.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var install = new Option<string[]>("--install") { Description = "Install what these languages need, or all without a name (as root)", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true, HelpName = "LANGUAGE" };
        install.CompletionSources.Add(_ => LanguageProfiles.All.Select(profile => new System.CommandLine.Completions.CompletionItem(profile.Name)));
        var command = new Verb("doctor", "Tells what this machine has, what it lacks, and how to get it.", "runproof doctor", "runproof doctor --install", "runproof doctor --install python go") { install };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CallOptions.Of(parsed);
            var folder = Directory.CreateTempSubdirectory("runproof-doctor-");
            try
            {
                var sandboxes = SandboxBackends.Create(call.Sandbox, folder.FullName);
                using var shared = sandboxes as IDisposable;
                var check = await MachineCheck.RunAsync(sandboxes, cancel);
                if (parsed.GetResult(install) is not null)
                {
                    var names = parsed.GetValue(install)!.Select(name => LanguageProfiles.Named(name).Name).ToHashSet();
                    await MachineCheck.InstallAsync(check.Languages.Where(language => names.Count == 0 || names.Contains(language.Name)).SelectMany(language => language.Missing), call.Log, cancel);
                    check = await MachineCheck.RunAsync(sandboxes, cancel);
                }

                Show(call, check);
                return check.Problems.Any(problem => problem.Command.Length > 0) ? CommandLine.MachineLacks : CommandLine.Done;
            }
            finally
            {
                WorkspaceFolders.Delete(folder.FullName);
            }
        });
        return command;
    }

    private static void Show(CallOptions call, MachineCheck check) => Results.Write(
        call,
        new
        {
            languages = check.Languages,
            sandbox = check.Sandbox is null ? null : new { check.Sandbox.Backend, check.Sandbox.Version, check.Sandbox.AsRoot, check.Sandbox.Limits },
            problems = check.Problems,
        },
        console =>
        {
            console.Write(Results.Table(
                ["language", "ready", "to get it"],
                check.Languages.Select(language => new[] { LanguageProfiles.Named(language.Name).Title, language.Ready ? "yes" : "no", language.Ready ? "" : $"runproof doctor --install {language.Name}  ({string.Join(", ", language.Missing)})" })));
            if (check.Sandbox is { } sandbox)
            {
                console.MarkupLineInterpolated($"sandbox: {sandbox.Backend} {sandbox.Version}, as {(sandbox.AsRoot ? "root" : "an ordinary user")}");
                console.Write(Results.Table(["limit", "kept by", "note"], sandbox.Limits.Select(limit => new[] { limit.Name, limit.Mechanism ?? "nothing", limit.Note ?? "" })));
            }

            foreach (var problem in check.Problems) console.MarkupLineInterpolated($"[yellow]![/] {problem.What}{(problem.Command.Length > 0 ? $": {problem.Command}" : "")}");
            if (check.Problems.Count == 0) console.MarkupLine(check.Languages.All(language => language.Ready) ? "[green]nothing is missing[/]" : "[green]nothing else is missing[/]");
        });
}

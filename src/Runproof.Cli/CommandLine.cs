using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Cli.Terminal;
using Runproof.Cli.Verbs;
using Runproof.Sandboxes;

namespace Runproof.Cli;

/// <summary>The whole command line: parses, runs a verb, and turns every ending into an exit code and at most one line.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int AnswerIsNo = 1;
    public const int BadInput = 2;
    public const int MachineLacks = 3;
    public const int Interrupted = 130;

    private static readonly TimeSpan SamePress = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = CreateRoot();
        var parsed = root.Parse(arguments);
        if (Mistake(parsed, arguments) is { } mistake)
        {
            await Console.Error.WriteLineAsync($"runproof: {mistake}: see 'runproof {string.Concat(VerbNames(parsed).Reverse())}--help'");
            return BadInput;
        }

        using var cancellation = new CancellationTokenSource();
        var pressed = 0L;
        Console.CancelKeyPress += (_, press) =>
        {
            // A second Ctrl-C ends the program where it is. Some that start it (timeout, npm) send each one twice: that is one.
            if (pressed == 0) pressed = Stopwatch.GetTimestamp();
            press.Cancel = Stopwatch.GetElapsedTime(pressed) < SamePress;
            cancellation.Cancel();
        };
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            cancellation.Cancel();
        });
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation.Token);
        }
        catch (Exception error)
        {
            return await EndAsync(error, parsed.GetValue(GlobalOptions.Verbose));
        }
    }

    public static Command CreateRoot()
    {
        // Not a RootCommand, whose name is the program file's: the user types the launcher's.
        var root = new Command("runproof", "Turns a Git repository into verified coding tasks.") { new HelpOption("--help", "-h", "-?") { Action = new Verb.Help() }, new VersionOption() };
        root.Options.Add(GlobalOptions.Workspace);
        root.Options.Add(GlobalOptions.Json);
        root.Options.Add(GlobalOptions.Seed);
        root.Options.Add(GlobalOptions.Jobs);
        root.Options.Add(GlobalOptions.Sandbox);
        root.Options.Add(GlobalOptions.Verbose);
        foreach (var verb in AllVerbs()) root.Subcommands.Add(verb);
        root.Subcommands.Add(CompletionVerb.CreateAsked(root));
        return root;
    }

    /// <summary>In the order of the road.</summary>
    private static IEnumerable<Command> AllVerbs() =>
        [RunVerb.Create(), DoctorVerb.Create(), EnvVerb.Create(), InjectVerb.Create(), MineVerb.Create(), OperatorsVerb.Create(), VerifyVerb.Create(), TasksVerb.Create(), RolloutVerb.Create(), AnswersVerb.Create(), CompletionVerb.Create()];

    /// <summary>What is wrong with the words of the command line. A misspelt verb is also a missing one, and a misspelt option an odd argument: the word itself helps most.</summary>
    private static string? Mistake(ParseResult parsed, string[] arguments)
    {
        if (parsed.Action is Verb.Help) return null;
        var dashed = arguments.Contains("--") ? [] : parsed.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal)).Select(token => token.Value);
        return parsed.UnmatchedTokens.Concat(dashed).FirstOrDefault() is { } unknown
            ? $"'{unknown}' is not known"
            : parsed.Errors is [var error, ..] ? string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') : null;
    }

    private static IEnumerable<string> VerbNames(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent) yield return result.Command.Name + " ";
    }

    private static async Task<int> EndAsync(Exception error, bool verbose)
    {
        var cause = error is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[0] : error;
        var (code, line) = cause switch
        {
            InterruptedException interrupted => (Interrupted, "interrupted: " + interrupted.Message),
            OperationCanceledException => (Interrupted, "interrupted: what was finished is kept; the same command goes on from there"),
            InputException input => (BadInput, input.Message),
            MachineException machine => (MachineLacks, machine.Message),
            SandboxException sandbox => (MachineLacks, sandbox.Message),
            _ when DiskSpace.IsFull(cause) => (MachineLacks, $"the disk is full ({cause.Message}): free some space and run again; what was judged is kept"),
            IOException or UnauthorizedAccessException => (BadInput, cause.Message),
            _ => (BadInput, $"unexpected {cause.GetType().Name}: {cause.Message} (run again with --verbose, and report it)"),
        };
        await Console.Error.WriteLineAsync("runproof: " + line.ReplaceLineEndings(" "));
        if (verbose) await Console.Error.WriteLineAsync(error.ToString());
        return code;
    }
}

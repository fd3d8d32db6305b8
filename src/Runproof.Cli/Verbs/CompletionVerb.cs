using System.CommandLine;
using Runproof.Catalogue;
using Runproof.Tasks;

namespace Runproof.Cli.Verbs;

/// <summary><c>completion SHELL</c> prints what makes a shell complete verbs, options and task ids; the shell then asks <c>complete LINE</c>.</summary>
internal static class CompletionVerb
{
    private const string Bash = """
        _runproof() {
            local IFS=$'\n'
            COMPREPLY=($("$1" complete "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
        }
        complete -o default -F _runproof runproof

        """;

    /// <summary>Ids that are offered at once.</summary>
    private const int MostIds = 200;

    private const string Zsh = """
        _runproof() {
            local -a found
            found=(${(f)"$(${(Q)words[1]} complete "${(j: :)words[1,CURRENT]}" 2>/dev/null)"})
            if (( $#found )); then compadd -- $found; else _files; fi
        }
        compdef _runproof runproof

        """;

    private const string Fish = """
        function __runproof
            set -l words (commandline -opc)
            $words[1] complete (commandline -cp) 2>/dev/null
        end
        complete -c runproof -a '(__runproof)'

        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "One of: " + string.Join(", ", Scripts.Keys), HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Verb(
            "completion", "Prints a script that makes a shell complete verbs, options and task ids.",
            "source <(./runproof completion bash)", "./runproof completion fish | source") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(Scripts[parsed.GetValue(shell)!]);
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>What the shells ask: the words that can stand where a command line ends, one a line.</summary>
    public static Command CreateAsked(Command root)
    {
        var line = new Argument<string>("LINE");
        var command = new Command("complete", "What can stand where a command line ends.") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var word in At(root, parsed.GetValue(line)!)) parsed.InvocationConfiguration.Output.WriteLine(word);
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>Completes beginnings of task ids.</summary>
    public static Argument<T> WithTaskIds<T>(Argument<T> argument)
    {
        // Help would show what completes in the place of the name.
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(context =>
        {
            try
            {
                using var workspace = Workspace.OpenToRead(context.ParseResult.GetValue(GlobalOptions.Workspace)!);
                return [.. new TaskTable(workspace).Ids(beginning: context.WordToComplete).Take(MostIds).Select(id => new System.CommandLine.Completions.CompletionItem(id))];
            }
            catch (InputException)
            {
                return [];
            }
        });
        return argument;
    }

    private static IEnumerable<string> At(Command root, string line)
    {
        // The program's own name, however it was called, is the root's.
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var typed = space < 0 ? "" : line[(space + 1)..];
        var word = typed[(typed.LastIndexOf(' ') + 1)..];
        var parsed = root.Parse(typed);
        if (parsed.UnmatchedTokens.Any(token => token != word)) return [];
        return parsed.GetCompletions(typed.Length).Select(item => item.Label).Where(label => label.StartsWith(word, StringComparison.Ordinal) && (word.StartsWith('-') || !label.StartsWith('-'))).Distinct();
    }
}

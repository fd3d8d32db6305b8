using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Runproof.Cli;

/// <summary>A verb: a command whose help ends with examples.</summary>
/// <param name="examples">What a user types, each a whole line; behind <c>#</c> what it is for.</param>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;

    /// <summary>The help of any command, and the examples of a verb; a verb with verbs below it shows the first of each.</summary>
    public sealed class Help : SynchronousCommandLineAction
    {
        private readonly HelpAction _usual = new();

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = _usual.Invoke(parseResult);
            var lines = ExamplesOf(parseResult.CommandResult.Command);
            if (lines.Count == 0) return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in lines) output.WriteLine("  " + line);
            output.WriteLine();
            return code;
        }

        private static IReadOnlyList<string> ExamplesOf(Command command) =>
            command is Verb { Examples.Count: > 0 } verb ? verb.Examples : [.. command.Subcommands.OfType<Verb>().SelectMany(below => ExamplesOf(below).Take(1))];
    }
}

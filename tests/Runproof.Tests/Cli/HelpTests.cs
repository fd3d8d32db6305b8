using System.CommandLine;
using System.Diagnostics;
using Runproof.Cli;

namespace Runproof.Tests.Cli;

/// <summary>What the program says of itself: help, examples, completion.</summary>
public sealed class HelpTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    [Fact]
    public void Every_verb_has_examples_and_each_is_a_right_command_line()
    {
        var root = CommandLine.CreateRoot();
        foreach (var leaf in Leaves(root).Where(leaf => !leaf.Hidden))
        {
            var examples = leaf.ShouldBeOfType<Verb>().Examples;
            examples.ShouldNotBeEmpty(leaf.Name);
            foreach (var example in examples)
            {
                var line = example.Split(" #")[0].Split(" > ")[0].Split(" | ")[0].Trim().TrimEnd(')');
                var words = line[(line.IndexOf("runproof ", StringComparison.Ordinal) + "runproof ".Length)..];
                var parsed = root.Parse(words);
                parsed.Errors.ShouldBeEmpty(example);
                parsed.CommandResult.Command.ShouldBe(leaf, example);
            }
        }
    }

    [Theory]
    [InlineData("tasks export --help", "runproof tasks export --format harbor --out harbor/ textkit.1a2b")]
    [InlineData("tasks --help", "runproof tasks coverage")]
    [InlineData("--help", "runproof env build ~/src/some-project")]
    public async Task Help_ends_with_examples(string arguments, string example)
    {
        var ending = await new Program(_bench.Root).RunAsync(arguments.Split(' '));
        ending.ExitCode.ShouldBe(0);
        ending.Output[ending.Output.IndexOf("Examples:", StringComparison.Ordinal)..].ShouldContain(example);
    }

    [Theory]
    [InlineData("runproof ta", "tasks")]
    [InlineData("./runproof tasks ", "list show export import coverage decontaminate")]
    [InlineData("runproof tasks export --format ", "swebench swebench-parquet swesmith rebench multiswe harbor oci")]
    [InlineData("runproof tasks export --fo", "--format")]
    [InlineData("runproof operators list --language j", "java javascript")]
    [InlineData("runproof nothing such ", "")]
    public async Task A_command_line_is_completed(string line, string words)
    {
        var ending = await new Program(_bench.Root).RunAsync("complete", line);
        ending.ExitCode.ShouldBe(0, ending.Error);
        ending.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }

    [Fact]
    public async Task Bash_completes_with_the_script_that_is_printed()
    {
        // As bash does: the function gets the program's name, and the line in variables.
        Directory.CreateSymbolicLink(Path.Combine(_bench.Root, "runproof"), Path.Combine(AppContext.BaseDirectory, "runproof-cli"));
        const string script = "source <(./runproof completion bash); COMP_LINE='./runproof tasks ex'; COMP_POINT=${#COMP_LINE}; _runproof ./runproof; printf '%s\\n' \"${COMPREPLY[@]}\"; complete -p runproof";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _bench.Root, RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        output.ShouldBe("export\ncomplete -o default -F _runproof runproof\n");
    }
}

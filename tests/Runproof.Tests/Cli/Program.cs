using System.Diagnostics;
using System.Text.Json;

namespace Runproof.Tests.Cli;

/// <summary>The program as a user starts it: a process with arguments, output and an exit code.</summary>
/// <param name="variables">More of the environment, as NAME=VALUE.</param>
internal sealed class Program(string workspace, params string[] variables)
{
    public sealed record Ending(int ExitCode, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;

        /// <summary>The one line that says what is wrong.</summary>
        public string Line
        {
            get
            {
                var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("runproof: ", StringComparison.Ordinal)).ToList();
                Error.ShouldNotContain("   at ", customMessage: "no stack trace");
                return lines.ShouldHaveSingleItem()["runproof: ".Length..];
            }
        }
    }

    public Process Start(params string[] arguments)
    {
        // A shell that runs the tests in the background makes them ignore the interrupt, and a program keeps what it inherits.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. variables, Path.Combine(AppContext.BaseDirectory, "runproof-cli"), .. arguments, "--workspace", workspace])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        return Process.Start(start)!;
    }

    public async Task<Ending> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}

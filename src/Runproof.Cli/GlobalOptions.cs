using System.CommandLine;
using Runproof.Cli.Terminal;
using Runproof.Sandboxes;

namespace Runproof.Cli;

/// <summary>Options that every verb has.</summary>
internal static class GlobalOptions
{
    public static Option<string> Workspace { get; } = new("--workspace")
    {
        Description = "Where everything is kept", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RUNPROOF_WORKSPACE") ?? ".runproof", Recursive = true, HelpName = "DIR",
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "One JSON object on stdout, all else on stderr", Recursive = true };

    public static Option<int> Seed { get; } = new("--seed") { Description = "Reproduces a run", DefaultValueFactory = _ => 1, Recursive = true, HelpName = "N" };

    public static Option<int> Jobs { get; } = new("--jobs") { Description = "Sandboxes at once", DefaultValueFactory = _ => Environment.ProcessorCount, Recursive = true, HelpName = "N" };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Tell more, and show stack traces", Recursive = true };

    public static Option<string> Sandbox { get; } = new("--sandbox")
    {
        Description = $"What keeps code under test apart: {string.Join(" or ", SandboxBackends.Names)} (or RUNPROOF_SANDBOX)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RUNPROOF_SANDBOX") is { Length: > 0 } named ? named : SandboxBackends.Bubblewrap, Recursive = true, HelpName = "NAME",
    };

    static GlobalOptions()
    {
        AtLeastOne(Jobs);
        Sandbox.CompletionSources.Add([.. SandboxBackends.Names]);
    }

    /// <summary>Adds the check that a number is at least 1.</summary>
    public static Option<int> AtLeastOne(Option<int> option) => AtLeast(1, option);

    /// <summary>Adds the check that a number is not less than another.</summary>
    public static Option<int> AtLeast(int least, Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && value < least) result.AddError($"{option.Name} must be at least {least}");
        });
        return option;
    }
}

/// <summary>The global options of one call.</summary>
internal sealed record CallOptions(string Workspace, string Sandbox, bool Json, int Seed, int Jobs, ConsoleLog Log)
{
    /// <exception cref="InputException">There is no sandbox of that name.</exception>
    public static CallOptions Of(ParseResult parsed)
    {
        var json = parsed.GetValue(GlobalOptions.Json);
        var sandbox = parsed.GetValue(GlobalOptions.Sandbox)!;
        if (!SandboxBackends.Names.Contains(sandbox)) throw new InputException($"no sandbox '{sandbox}': there is {string.Join(", ", SandboxBackends.Names)}");
        return new(parsed.GetValue(GlobalOptions.Workspace)!, sandbox, json, parsed.GetValue(GlobalOptions.Seed), parsed.GetValue(GlobalOptions.Jobs), new ConsoleLog(json));
    }
}

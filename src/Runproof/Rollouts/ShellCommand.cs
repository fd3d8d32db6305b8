using Runproof.Environments;
using Runproof.Sandboxes;

namespace Runproof.Rollouts;

/// <summary>The command that runs chosen tests, as a line of shell that an agent can type.</summary>
internal static class ShellCommand
{
    public static string Of(EnvironmentContext context, IReadOnlyList<BaselineTest> tests)
    {
        var parts = context.Environment.Suites.Select((suite, i) => (Suite: suite, Tests: tests.Where(test => test.Suite == i).ToList())).Where(part => part.Tests.Count > 0);
        return string.Join("\n", parts.Select(part => Of(part.Suite, part.Tests)));
    }

    private static string Of(Suite suite, IReadOnlyList<BaselineTest> tests)
    {
        var (words, places, variables) = TestCommand.Parts(suite, new(Selection: tests));
        var set = string.Concat(variables.Select(variable => $"{variable.Key}={Quoted(variable.Value)} "));
        var select = string.Join("\\n", TestCommand.SelectionLines(suite, tests).Select(line => line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal)));
        return $"(cd {Quoted(suite.Folder.Length == 0 ? SandboxPaths.Testbed : $"{SandboxPaths.Testbed}/{suite.Folder}")} && printf {Quoted(select + "\\n")} >{TestCommand.Select} && {set}{string.Join(' ', words.Concat(places).Select(Quoted))})";
    }

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-=+:,@%".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using Runproof.Environments;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>Where no failing tests are shown: the examples of the statement as something that runs, by language.</summary>
internal static class Reproducers
{
    /// <returns>Null where no example can be tried as it stands.</returns>
    public static async Task<Goal?> FindAsync(Dialogue dialogue, SuiteScripts scripts, Suite suite, string statement)
    {
        var examples = Example.Of(statement);
        if (examples.Count == 0) return null;
        return suite.Language switch
        {
            "python" => await PythonReproduction.FindAsync(dialogue, scripts, examples),
            "javascript" => await JavaScriptReproduction.FindAsync(dialogue, scripts, suite, examples),
            "go" => await GoReproduction.FindAsync(dialogue, scripts, examples),
            _ => null,
        };
    }
}

namespace Runproof.Agents.Scaffolds;

/// <summary>Words that several scaffolds share.</summary>
internal static class Shared
{
    private const int MostTests = 20;

    /// <summary>Which tests fail, where they are visible; empty where they are hidden.</summary>
    public static string VisibleTests(Assignment assignment)
    {
        if (assignment.TestCommand is null) return "";
        var more = assignment.Failing.Count > MostTests ? $"\n- and {assignment.Failing.Count - MostTests} more" : "";
        return $"""

            These tests of the repository fail because of it, and must pass:
            - {string.Join("\n- ", assignment.Failing.Take(MostTests))}{more}

            They run with:
            {assignment.TestCommand}

            """;
    }
}

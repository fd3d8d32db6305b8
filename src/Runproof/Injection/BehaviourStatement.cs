using Runproof.Environments;
namespace Runproof.Injection;
internal static class BehaviourStatement
{
    public static (string? Text, string? Rejection) Write(EnvironmentContext context, BugSite site, string bug, SuiteRun run, IReadOnlyList<string> failToPass, IReadOnlyList<string> hidden, int seed) => ("Something is wrong.", null);
}

using Runproof.Environments;

namespace Runproof.Verification;

/// <summary>
/// The files that judge: tests, what steers them, what building leaves behind, and every file that holds a test whatever its name. They come from the base state, unless the gold
/// patch itself changes them.
/// </summary>
internal sealed class KeptFiles(IReadOnlyList<Suite> suites, IEnumerable<BaselineTest> tests, IReadOnlySet<string> goldFiles)
{
    private readonly HashSet<string> _testFiles = [.. tests.Where(test => !test.StandsInCode).Select(test => test.File).OfType<string>()];

    public bool Contains(string path) => (suites.Any(suite => suite.Sees(kinds => kinds.BuildOutput, path)) || Judges(path)) && !goldFiles.Contains(path);

    /// <summary>Files that hold tests, whatever their name.</summary>
    public IReadOnlyCollection<string> TestFiles => _testFiles;

    /// <summary>Decides how tests end while they run, unlike what is merely left behind by building.</summary>
    public bool Judges(string path) => suites.Any(suite => suite.Sees(kinds => kinds.Test, path) || suite.Sees(kinds => kinds.Steering, path)) || _testFiles.Contains(path);
}

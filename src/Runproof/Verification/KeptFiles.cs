using Runproof.Environments;
using Runproof.Languages;

namespace Runproof.Verification;

/// <summary>
/// The files that judge: tests, what steers them, what building leaves behind, and every file that holds a test whatever its name. They come from the base state, unless the gold
/// patch itself changes them.
/// </summary>
internal sealed class KeptFiles(FileKinds kinds, IEnumerable<BaselineTest> tests, IReadOnlySet<string> goldFiles)
{
    private readonly HashSet<string> _testFiles = [.. tests.Where(test => !test.StandsInCode).Select(test => test.File).OfType<string>()];

    public bool Contains(string path) => (kinds.BuildOutput.Match(path) || Judges(path)) && !goldFiles.Contains(path);

    /// <summary>Decides how tests end while they run, unlike what is merely left behind by building.</summary>
    public bool Judges(string path) => kinds.Test.Match(path) || kinds.Steering.Match(path) || _testFiles.Contains(path);
}

using Runproof.Languages;

namespace Runproof.Tests.Languages;

public class PathPatternsTests
{
    [Theory]
    [InlineData("**/test_*.py", "test_a.py", true)]
    [InlineData("**/test_*.py", "x/y/test_a.py", true)]
    [InlineData("**/test_*.py", "x/test_y/a.py", false)]
    [InlineData("tests/**", "tests/a/b.txt", true)]
    [InlineData("tests/**", "src/tests/a", false)]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/README.md", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("a.c", "abc", false)]
    public void Patterns_match_whole_paths(string pattern, string path, bool matches) => new PathPatterns([pattern]).Match(path).ShouldBe(matches);

    [Fact]
    public void No_pattern_matches_nothing() => PathPatterns.None.Match("a").ShouldBeFalse();
}

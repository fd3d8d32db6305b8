using Runproof.Environments;

namespace Runproof.Tests.Environments;

public class ProjectOptionsTests
{
    [Fact]
    public void The_file_says_what_detection_got_wrong()
    {
        var options = ProjectOptions.Parse("language = \"python\"\nframework = \"unittest\"\narguments = [\"-s\", \"t\"]\nsuite_seconds = 20\n[environment]\nA = \"b\"\n", "f.toml");
        (options.Main.Language, options.Main.Framework, options.SuiteSeconds).ShouldBe(("python", "unittest", 20));
        options.Main.Arguments.ShouldBe(["-s", "t"]);
        options.Environment.ShouldContainKeyAndValue("A", "b");
    }

    [Theory]
    [InlineData("langauge = \"python\"", "f.toml: unknown key 'langauge'")]
    [InlineData("language = 3", "f.toml: ")]
    [InlineData("language = ", "f.toml: ")]
    [InlineData("arguments = \"-x\"", "f.toml: ")]
    public void What_is_wrong_is_one_line_that_names_the_file(string text, string message)
    {
        var error = Should.Throw<InputException>(() => ProjectOptions.Parse(text, "f.toml"));
        error.Message.ShouldStartWith(message);
        error.Message.ShouldNotContain("\n");
    }
}

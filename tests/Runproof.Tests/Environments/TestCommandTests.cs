using Runproof.Environments;
using Runproof.Languages;

namespace Runproof.Tests.Environments;

public class TestCommandTests
{
    [Theory]
    [InlineData("github.com/a/b.TestX", "github.com/a/b", "TestX")]
    [InlineData("github.com/a/b.v2/c.TestX/sub.name/Y.TestZ", "github.com/a/b.v2/c", "TestX")]
    [InlineData("m.ExampleFoo_bar", "m", "ExampleFoo_bar")]
    public void A_go_test_id_splits_into_package_and_function(string id, string package, string test)
    {
        var match = TestCommand.GoTest().Match(id);
        (match.Groups["package"].Value, match.Groups["test"].Value).ShouldBe((package, test));
    }

    [Fact]
    public void Chosen_go_tests_become_an_anchored_pattern_and_their_packages()
    {
        var profile = LanguageProfiles.Named("go");
        var recipe = new TestRecipe(profile, profile.Frameworks[0], [], [], [], profile.Environment);
        var request = TestCommand.Build(recipe, new(30, Selection: [new("m/a.TestX/one", 0, null), new("m/a.TestX", 0, null), new("m/b.TestY", 0, null)], FailFast: true));
        var command = string.Join(' ', request.Arguments.Skip(4));
        command.ShouldEndWith("-failfast -run ^(TestX|TestY)$ m/a m/b");
        command.ShouldContain("-timeout=30s");
    }

    [Fact]
    public void A_broken_frame_gives_no_part()
    {
        var whole = "hellohi\nend 1 report=5 log=2\n"u8.ToArray();
        var parts = OutputParts.Read(new(whole, default, whole.Length));
        parts.ExitCode.ShouldBe(1);
        parts.Find("report")!.Value.ToArray().ShouldBe("hello"u8.ToArray());
        OutputParts.Read(new(whole.AsMemory(0, 18), default, 18)).Find("report").ShouldBeNull();
        OutputParts.Read(new(whole, default, whole.Length + 1)).Find("report").ShouldBeNull("the output was cut");
        OutputParts.Read(new("hi\nend 1 report=500\n"u8.ToArray(), default, 20)).Find("report").ShouldBeNull("it is longer than all there is");
    }

    [Fact]
    public void What_stands_before_the_frame_counts_for_nothing()
    {
        var whole = "forged\nend 0 report=6\nhello\nend 1 report=5\n"u8.ToArray();
        var parts = OutputParts.Read(new(whole, default, whole.Length));
        (parts.ExitCode, System.Text.Encoding.UTF8.GetString(parts.Find("report")!.Value.Span)).ShouldBe((1, "hello"));
    }
}

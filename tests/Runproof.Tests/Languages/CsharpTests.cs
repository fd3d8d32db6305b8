using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;

namespace Runproof.Tests.Languages;

/// <summary>What of C# is decided on this side of the sandbox.</summary>
public sealed class CsharpTests : IAsyncLifetime
{
    private const string Facts = "public class ATests\n{\n    [Fact]\n    public void Adds() { }\n}\n";
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private RepositoryTree Tree(params (string Path, string Content)[] files) =>
        new(_bench.Layer(Guid.NewGuid().ToString("N"), [.. files.Select(file => ("testbed/" + file.Path, file.Content))]), [.. files.Select(file => file.Path)]);

    private static Detection Detected(RepositoryTree tree) => Detection.Of(tree, ProjectOptions.None)[0];

    [Theory]
    [InlineData("Kit.sln", "")]
    [InlineData("Kit.slnx", "")]
    [InlineData("src/Kit.slnx", "src")]
    [InlineData("README.md", "")]
    public void Tests_run_where_the_solution_lies(string solution, string folder)
    {
        var detected = Detected(Tree((solution, ""), ("src/Kit/A.cs", "class A { }"), ("src/Kit.Tests/ATests.cs", Facts)));
        (detected.Profile.Name, detected.Framework.Name, detected.Folder).ShouldBe(("csharp", "xunit", folder));
    }

    [Theory]
    [InlineData("[Fact] public void A() { }", "xunit")]
    [InlineData("[Theory, InlineData(1)] public void A(int x) { }", "xunit")]
    [InlineData("[Test] public void A() { }", "nunit")]
    [InlineData("[TestCase(1)] public void A(int x) { }", "nunit")]
    [InlineData("[TestClass] public class X { [TestMethod] public void A() { } }", "mstest")]
    public void The_framework_is_known_by_its_attributes(string code, string framework) =>
        Detected(Tree(("Kit.sln", ""), ("Kit.Tests/X.cs", code))).Framework.Name.ShouldBe(framework);

    [Fact]
    public void A_test_is_found_by_its_class_and_method()
    {
        var suite = new Suite("csharp", "csharp", "xunit", "", [], [], [], new Dictionary<string, string>());
        var files = new TestFiles(
            Tree(
                ("Kit.Tests/One.cs", "namespace Kit.Tests;\npublic partial class ATests { [Fact] public void Adds() { } public class Inner { [Fact] public void Deep() { } } }"),
                ("Kit.Tests/Two.cs", "namespace Kit.Tests\n{\n    public partial class ATests { [Theory] public void Takes<T>(T x) { } }\n}"),
                ("Other.Tests/One.cs", "namespace Other.Tests;\npublic class ATests { [Fact] public void Adds() { } }"),
                ("Kit.Tests/Base.cs", "namespace Kit.Tests;\npublic class BTests : ATests { }")),
            suite);
        files.Of("Kit.Tests.ATests.Adds").ShouldBe("Kit.Tests/One.cs");
        files.Of("Other.Tests.ATests.Adds").ShouldBe("Other.Tests/One.cs");
        files.Of("Kit.Tests.ATests.Takes<Int32>(x: 1)").ShouldBe("Kit.Tests/Two.cs");
        files.Of("Kit.Tests.ATests+Inner.Deep").ShouldBe("Kit.Tests/One.cs");
        files.Of("Kit.Tests.BTests.Adds").ShouldBe("Kit.Tests/Base.cs", "an inherited test");
        files.Of("Kit.Tests.CTests.Adds").ShouldBeNull();
    }

    [Theory]
    [InlineData("    public void Adds()\n    {\n        Go();\n    }", "Adds")]
    [InlineData("    [Fact] public async Task Adds_later(int a, (int, int) b)\n    {", "Adds_later")]
    [InlineData("    public static void Generic<T>(T x) where T : struct {", "Generic")]
    [InlineData("    public int Result(int a) {", "Result")]
    [InlineData("    private void Helper() {", null)]
    [InlineData("    public ATests() {", null)]
    [InlineData("    public void Short() => Go();", null)]
    [InlineData("    public int Number { get {", null)]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string code, string? name)
    {
        foreach (var framework in LanguageProfiles.Named("csharp").Frameworks)
        {
            var head = framework.Failing!.Declaration.Match(code);
            (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
            if (head.Success) framework.Failing.Declaration.Replace(code, framework.Failing.Replacement).Replace("{guards}", "", StringComparison.Ordinal).ShouldContain("{ bool rpHeld = false; if (!rpHeld) global::");
        }
    }

    [Theory]
    [InlineData("Kit.Tests.ATests.Adds", "Adds")]
    [InlineData("Kit.Tests.ATests+Inner.Adds(a: \"x.y(z)\")", "Adds")]
    [InlineData("Kit.Tests.ATests.Divides (9,3,3)", "Divides")]
    [InlineData("Kit.Tests.ATests.Takes<Int32>(x: 1)", "Takes")]
    [InlineData("Kit.Tests.ATests.adds two numbers.", "")]
    public void The_method_is_found_in_a_test_id(string id, string name) =>
        LanguageProfiles.Named("csharp").Frameworks[0].Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);
}

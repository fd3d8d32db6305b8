using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Tests.Languages;

/// <summary>What of Rust is decided on this side of the sandbox.</summary>
public sealed class RustTests : IAsyncLifetime
{
    private const string Inline = "pub fn one() -> u8 { 1 }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn is_one() {\n        assert_eq!(one(), 1);\n    }\n}\n";
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private RepositoryTree Tree(params (string Path, string Content)[] files) =>
        new(_bench.Layer(Guid.NewGuid().ToString("N"), [.. files.Select(file => ("testbed/" + file.Path, file.Content))]), [.. files.Select(file => file.Path)]);

    private Task<RepositoryTree> MovedAsync(params (string Path, string Content)[] files) => MovedTests.MoveAsync(Tree(files), LanguageProfiles.All, _bench.Root, Cancel);

    [Fact]
    public async Task Tests_inside_product_files_get_files_of_their_own()
    {
        var tree = await MovedAsync(("Cargo.toml", "[package]"), ("src/lib.rs", Inline));
        tree.Files.ShouldBe(["Cargo.toml", "src/lib.rs", "src/lib_tests.rs"]);
        tree.ReadText("src/lib.rs").ShouldBe("pub fn one() -> u8 { 1 }\n\n#[cfg(test)]\n#[path = \"lib_tests.rs\"] mod tests;\n");
        tree.ReadText("src/lib_tests.rs").ShouldStartWith("use super::*;\n\n    #[test]\n    fn is_one()");
        MovedTests.FilesOf(tree.Layer).ShouldBe(["src/lib_tests.rs"]);
        MovedTests.PatchOf(tree.Layer).ShouldContain("+++ b/src/lib_tests.rs");
        Detection.Of(tree, ProjectOptions.None)[0].Framework.Name.ShouldBe("cargo test");
    }

    [Fact]
    public async Task What_was_moved_is_kept_as_a_patch_of_the_commit()
    {
        var tree = await MovedAsync(("Cargo.toml", "[package]"), ("src/lib.rs", Inline), ("src/deep/roman.rs", Inline.Replace("mod tests", "pub(crate) mod checks", StringComparison.Ordinal)));
        var commit = _bench.Layer("commit", ("Cargo.toml", "[package]"), ("src/lib.rs", Inline), ("src/deep/roman.rs", Inline.Replace("mod tests", "pub(crate) mod checks", StringComparison.Ordinal)));
        await new Git(commit).RunAsync(["apply", "-"], Cancel, new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = "/" }, MovedTests.PatchOf(tree.Layer));
        foreach (var file in tree.Files) File.ReadAllText(Path.Combine(commit, file)).ShouldBe(tree.ReadText(file));
        tree.ReadText("src/deep/roman.rs").ShouldContain("#[path = \"roman_checks_tests.rs\"] pub(crate) mod checks;");
    }

    [Theory]
    [InlineData("src/bin/tool.rs", Inline)]
    [InlineData("tests/all.rs", Inline)]
    [InlineData("src/lib.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() { include_str!(\"a.txt\"); }\n}\n")]
    [InlineData("src/lib.rs", "#[cfg(test)]\nmod tests {\n    mod deeper;\n}\n")]
    [InlineData("src/lib.rs", "#[cfg(not(test))]\nmod product {\n    fn a() {}\n}\n")]
    [InlineData("src/lib.rs", "#[cfg(test)]\nmod tests;\n")]
    public async Task What_would_mean_something_else_stays(string file, string content) =>
        (await MovedAsync(("Cargo.toml", "[package]"), (file, content))).Files.ShouldBe(["Cargo.toml", file]);

    [Theory]
    [InlineData("#[test]\nfn adds() {\n", "adds")]
    [InlineData("    #[test]\n    #[should_panic(expected = \"no [x]\")]\n    fn refuses() {\n", "refuses")]
    [InlineData("    #[test] pub(crate) fn works() -> Result<(), Error> {\n", "works")]
    [InlineData("fn helper() {\n", null)]
    [InlineData("#[test]\n#[ignore]\nfn slow(\n) {\n", "slow")]
    public void A_test_is_made_to_fail_where_its_function_is_left(string code, string? name)
    {
        var rule = LanguageProfiles.Named("rust").Frameworks[0].Failing!;
        var head = rule.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
    }

    [Theory]
    [InlineData("kit tests::adds", "adds")]
    [InlineData("kit::cli adds", "adds")]
    [InlineData("kit::bin/tool deep::tests::adds", "adds")]
    public void The_function_is_found_in_a_test_id(string id, string name) =>
        LanguageProfiles.Named("rust").Frameworks[0].Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);

    [Theory]
    [InlineData("^1.0.220", "1.0.220")]
    [InlineData("=1.2.3", "1.2.3")]
    [InlineData("~1.2", "1.2.0")]
    [InlineData(">=0.5, <0.7", "0.5.0")]
    [InlineData("*", "0.0.1")]
    [InlineData("^0.1.0-pre.2", "0.1.0-pre.2")]
    [InlineData(">1", "2.0.0")]
    public async Task A_stand_in_has_a_version_that_is_asked_for(string requirement, string version)
    {
        var code = "import sys; sys.path.insert(0, sys.argv[1]); import stand_ins as s; print(s.lowest(s.parse(sys.argv[2])))";
        var result = await HostProcess.RunAsync(new("/usr/bin/python3", ["-B", "-c", code, LanguageProfiles.Named("rust").SupportFolder, requirement], "/"), Cancel);
        result.Output.Trim().ShouldBe(version, result.Error);
    }
}

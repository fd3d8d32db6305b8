using Runproof.Languages;
using Runproof.Languages.Reports;

namespace Runproof.Tests.Languages;

public class LanguageProfilesTests
{
    [Fact]
    public void Every_profile_is_whole()
    {
        LanguageProfiles.All.Select(profile => profile.Name).ShouldBe(["bash", "c", "cpp", "csharp", "elixir", "go", "java", "javascript", "lua", "php", "python", "ruby", "rust"]);
        foreach (var profile in LanguageProfiles.All)
        {
            profile.Frameworks.ShouldNotBeEmpty();
            (profile.Functions.Count > 0 || profile.FunctionRule is not null).ShouldBeTrue(profile.Name);
            foreach (var framework in profile.Frameworks)
            {
                ReportParsers.For(framework.Report).Format.ShouldBe(framework.Report);
                if (framework.Name == "test programs") continue;
                framework.Sentinel.ShouldNotBeNull();
                framework.Sentinel.Content.ShouldContain("{nonce}");
            }
        }
    }

    [Theory]
    [InlineData("python", "src/pkg/core.py", true)]
    [InlineData("python", "tests/helpers.py", false)]
    [InlineData("python", "pkg/conftest.py", false)]
    [InlineData("python", "pkg/_vendor/x.py", false)]
    [InlineData("python", "setup.py", false)]
    [InlineData("csharp", "src/Lib/Core.cs", true)]
    [InlineData("csharp", "src/Lib.Tests/Helpers.cs", false)]
    [InlineData("csharp", "test/Common.cs", false)]
    [InlineData("csharp", "src/Lib/Form.Designer.cs", false)]
    [InlineData("csharp", "src/Lib/obj/Debug/Lib.AssemblyInfo.cs", false)]
    [InlineData("csharp", "benchmarks/Bench.cs", false)]
    [InlineData("javascript", "lib/core.js", true)]
    [InlineData("javascript", "src/view.tsx", true)]
    [InlineData("javascript", "src/core.test.ts", false)]
    [InlineData("javascript", "node_modules/a/index.js", false)]
    [InlineData("javascript", "dist/core.js", false)]
    [InlineData("javascript", "types/core.d.ts", false)]
    [InlineData("javascript", "rollup.config.js", false)]
    [InlineData("rust", "src/lib.rs", true)]
    [InlineData("rust", "crates/a/src/parse.rs", true)]
    [InlineData("rust", "src/parse/tests.rs", false)]
    [InlineData("rust", "src/parse_tests.rs", false)]
    [InlineData("rust", "tests/cli.rs", false)]
    [InlineData("rust", "benches/speed.rs", false)]
    [InlineData("rust", "build.rs", false)]
    [InlineData("c", "src/core.c", true)]
    [InlineData("c", "core.h", true)]
    [InlineData("c", "tests/helpers.c", false)]
    [InlineData("c", "core_test.c", false)]
    [InlineData("c", "deps/zlib/inflate.c", false)]
    [InlineData("cpp", "include/kit/core.hpp", true)]
    [InlineData("cpp", "src/core.cpp", true)]
    [InlineData("cpp", "CoreTest.cpp", false)]
    [InlineData("cpp", "tests/catch.hpp", false)]
    [InlineData("cpp", "bench/core.cpp", false)]
    [InlineData("go", "router.go", true)]
    [InlineData("go", "router_test.go", false)]
    [InlineData("go", "vendor/x/y.go", false)]
    [InlineData("go", "api.pb.go", false)]
    public void Only_product_code_gets_bugs(string language, string path, bool isProduct) => LanguageProfiles.Named(language).Files.IsProduct(path).ShouldBe(isProduct);

    [Fact]
    public void An_unknown_language_is_one_clear_line() =>
        Should.Throw<InputException>(() => LanguageProfiles.Named("cobol")).Message.ShouldStartWith("no language 'cobol': known are bash, c, cpp, ");
}

using Runproof.Environments;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Repositories;

namespace Runproof.Tests.Languages;

/// <summary>What of C and C++ is decided on this side of the sandbox, and how odd test programs are run.</summary>
public sealed class CProgramsTests : IAsyncLifetime
{
    private const string Project = """
        cmake_minimum_required(VERSION 3.16)
        project(odd C CXX)
        enable_testing()
        add_library(odd odd.c)
        add_executable(cases_test tests/cases_test.cpp)
        target_link_libraries(cases_test odd)
        add_executable(refuses tests/test_refuses.c)
        add_executable(lone tests/test_lone.c)
        target_link_libraries(lone odd)
        add_test(NAME refuses COMMAND refuses wrong)
        set_tests_properties(refuses PROPERTIES WILL_FAIL TRUE)
        add_test(NAME lone COMMAND lone)
        """;

    private const string Cases = """
        #define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
        #include <doctest/doctest.h>
        extern "C" int twice(int number);
        extern "C" int crash(int number);
        TEST_CASE("doubles, as it should") { CHECK(twice(2) == 4); }
        TEST_CASE("crashes") { CHECK(crash(1) == 1); }
        TEST_CASE("is wrong") { CHECK(twice(3) == 7); }
        """;

    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private RepositoryTree Tree(params (string Path, string Content)[] files) =>
        new(_bench.Layer(Guid.NewGuid().ToString("N"), [.. files.Select(file => ("testbed/" + file.Path, file.Content))]), [.. files.Select(file => file.Path)]);

    [Theory]
    [InlineData("src/a.c", "tests/test_a.c", "c", "test programs")]
    [InlineData("src/a.cpp", "tests/test_a.c", "cpp", "test programs")]
    [InlineData("src/a.c", "tests/a_test.cpp", "cpp", "googletest")]
    [InlineData("include/a.h", "tests/test_a.c", "c", "test programs")]
    public void The_sources_say_whether_it_is_C_or_CPP(string source, string test, string language, string framework)
    {
        var text = framework == "googletest" ? "#include <gtest/gtest.h>\nTEST(A, b) {}\n" : "#include <assert.h>\nint main(void) { assert(1); }\n";
        var detected = Detection.Of(Tree(("CMakeLists.txt", ""), (source, "int a;\n"), ("examples/x.cpp", ""), (test, text), ("tests/test_more.c", text)), ProjectOptions.None);
        detected.Select(one => (one.Profile.Name, one.Framework.Name)).ShouldBe([(language, framework)]);
    }

    [Theory]
    [InlineData("c", "test programs", "static void test_a(void)\n{\n    x();\n}", "test_a")]
    [InlineData("c", "test programs", "int main(int argc, char **argv) {\n}", "")]
    [InlineData("c", "test programs", "static const char *\ntest_a(struct box *b) {", "test_a")]
    [InlineData("c", "test programs", "void test_a(void);", null)]
    [InlineData("cpp", "googletest", "TEST_F(Some, Reads) {", "Reads")]
    [InlineData("cpp", "googletest", "TYPED_TEST(Some, Reads)\n{", "Reads")]
    [InlineData("cpp", "catch2", "TEST_CASE(\"reads (all) of it\", \"[a][b]\") {", "reads (all) of it")]
    [InlineData("cpp", "doctest", "TEST_CASE_FIXTURE(Fix, \"reads\" * doctest::timeout(5)) {", "reads")]
    [InlineData("cpp", "catch2", "TEST_CASE_METHOD(Fix<int>, \"reads\") {", "reads")]
    public void A_test_is_made_to_fail_at_the_head_of_its_body(string language, string framework, string code, string? name)
    {
        var rule = LanguageProfiles.Named(language).Frameworks.Single(one => one.Name == framework).Failing!;
        var head = rule.Declaration.Match(code);
        (head.Success ? head.Groups["name"].Value : null).ShouldBe(name);
    }

    [Theory]
    [InlineData("c", "tests/test_a::test_b", "test_b")]
    [InlineData("c", "test_a", "")]
    [InlineData("cpp", "all::Some/Numbers.ComeBack/2", "ComeBack")]
    [InlineData("cpp", "all::Some/0.Reads", "Reads")]
    public void The_function_is_found_in_a_test_id(string language, string id, string name) => LanguageProfiles.Named(language).Frameworks[0].Failing!.Function.Match(id).Groups["name"].Value.ShouldBe(name);

    [Fact]
    public async Task A_crash_loses_no_other_case_and_CTest_properties_count()
    {
        var cancel = TestContext.Current.CancellationToken;
        var tree = Tree(("CMakeLists.txt", Project), ("odd.c", "#include <stddef.h>\nint twice(int number) { return 2 * number; }\nint crash(int number) { return *(volatile int *)NULL + number; }\n"), ("tests/cases_test.cpp", Cases),
            ("tests/test_refuses.c", "int main(int argc, char **argv) { return argc == 2 ? 3 : 0; }\n"), ("tests/test_lone.c", "#include <assert.h>\nextern int twice(int);\nint main(void) { assert(twice(4) == 9); return 0; }\n"));
        var profile = LanguageProfiles.Named("cpp");
        var suite = new Suite("cpp", "cpp", "doctest", "", [], [], [], profile.Environment);
        var layers = new EnvironmentLayers(tree.Layer, "/nowhere", "/nowhere", "/nowhere", [], [profile], []);
        await using var sandbox = await _bench.Sandboxes.CreateAsync(layers.Plain([]), cancel);
        var run = await new SuiteRunner(suite).RunAsync(sandbox, new(300, TestSeconds: 20, Behaviour: true), null, cancel);
        run.Report.Tests.Values.Select(test => (test.Id, test.Outcome)).ShouldBe(
            [
                ("cases_test::doubles, as it should", TestOutcome.Passed), ("cases_test::crashes", TestOutcome.Failed), ("cases_test::is wrong", TestOutcome.Failed),
                ("refuses", TestOutcome.Passed), ("lone", TestOutcome.Failed),
            ], ignoreOrder: true, run.Log);
        var told = Runproof.Statements.Behaviour.ReadLines(run.Behaviour).ToLookup(one => one.Test);
        told["cases_test::is wrong"].Select(one => (one.Call, one.Actual, one.Expected)).ShouldBe([("twice(3)", "6", "7")]);
        told["lone"].ShouldHaveSingleItem().Expected.ShouldBe("twice(4) == 9");
    }
}

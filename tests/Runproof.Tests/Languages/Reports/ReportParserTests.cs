using System.Text;
using Runproof.Languages.Reports;

namespace Runproof.Tests.Languages.Reports;

public class ReportParserTests
{
    private static byte[] Data(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "reports", name));

    private static TestReport Parse(string format, byte[] report) => ReportParsers.For(format).Parse(new MemoryStream(report), ReportLimits.Default);

    private static TestReport Parse(string format, string report) => Parse(format, Encoding.UTF8.GetBytes(report));

    [Fact]
    public void Pytest_xunit1_is_read_as_node_ids()
    {
        var report = Parse("junit", Data("pytest-xunit1.xml"));
        report.IsComplete.ShouldBeTrue();
        report.CollectionFailures.ShouldHaveSingleItem().Where.ShouldBe("test_broken");
        report.CollectionFailures[0].Message.ShouldContain("No module named 'nothing_of_the_kind'");
        report.Tests.Values.Select(test => (test.Id, test.Outcome)).ShouldBe(
        [
            ("test_many.py::test_param[a::b]", TestOutcome.Passed),
            ("test_many.py::test_param[p/q]", TestOutcome.Passed),
            ("test_many.py::test_param[\\xe9]", TestOutcome.Passed),
            ("test_many.py::test_param[\\x1b[0m]", TestOutcome.Passed),
            ("test_many.py::TestOuter::TestInner::test_deep", TestOutcome.Failed),
            ("test_many.py::Case::test_unit", TestOutcome.Passed),
            ("test_many.py::test_setup_error", TestOutcome.Errored),
            ("test_many.py::test_teardown_error", TestOutcome.Errored),
            ("test_many.py::test_xfail", TestOutcome.Skipped),
            ("test_many.py::test_xpass", TestOutcome.Passed),
            ("test_many.py::test_strict_xpass", TestOutcome.Failed),
            ("test_many.py::test_skipped", TestOutcome.Skipped),
        ]);
        report.Tests["test_many.py::TestOuter::TestInner::test_deep"].Details.ShouldNotBeNull().ShouldContain("assert 1 == 2");
    }

    [Theory]
    [InlineData("go-fail.jsonl", "m.TestA", TestOutcome.Failed)]
    [InlineData("go-panic.jsonl", "m/p.TestSub/b.c/d", TestOutcome.Failed)]
    [InlineData("go-panic.jsonl", "m/p.TestSub/a", TestOutcome.Passed)]
    [InlineData("go-panic.jsonl", "m/p.TestLater", TestOutcome.Missing)]
    [InlineData("go-gor.jsonl", "m/p.TestSub/b.c/d", TestOutcome.Failed)]
    [InlineData("go-gor.jsonl", "m/p.TestSub", TestOutcome.Failed)]
    [InlineData("go-exit1.jsonl", "m/p.TestSub/b.c/d", TestOutcome.Errored)]
    [InlineData("go-exit1.jsonl", "m/p.TestOk", TestOutcome.Passed)]
    [InlineData("go-hang.jsonl", "m/p.TestSub/b.c/d", TestOutcome.TimedOut)]
    [InlineData("go-hang.jsonl", "m/p.TestSub", TestOutcome.TimedOut)]
    [InlineData("go-panic-parallel.jsonl", "m/p.TestPanics", TestOutcome.Failed)]
    [InlineData("go-panic-parallel.jsonl", "m/p.TestWaits", TestOutcome.Missing)]
    [InlineData("go-exit-parallel.jsonl", "m/p.TestExits/inner", TestOutcome.Errored)]
    [InlineData("go-exit-parallel.jsonl", "m/p.TestExits", TestOutcome.Errored)]
    [InlineData("go-exit-parallel.jsonl", "m/p.TestWaits", TestOutcome.Missing)]
    public void Go_events_are_read(string file, string id, TestOutcome outcome)
    {
        var report = Parse("go-test-json", Data(file));
        report.OutcomeOf(id).ShouldBe(outcome);
        report.IsComplete.ShouldBeTrue();
        report.CollectionFailures.ShouldBeEmpty();
    }

    [Fact]
    public void A_go_package_that_does_not_compile_is_no_failing_test()
    {
        var report = Parse("go-test-json", Data("go-build.jsonl"));
        report.CollectionFailures.ShouldHaveSingleItem().Where.ShouldBe("m");
        report.CollectionFailures[0].Message.ShouldContain("cannot use \"a\"");
        report.Tests.Keys.ShouldBe(["m/p.TestOk"]);
    }

    [Fact]
    public void What_the_go_command_says_before_any_package_is_a_collection_failure()
    {
        var report = Parse("go-test-json", "go: errors parsing go.mod:\n/testbed/go.mod:3: invalid go version '1.21.0': must match format 1.23\n");
        report.CollectionFailures.ShouldHaveSingleItem().Message.ShouldContain("invalid go version");
        report.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void Newer_go_reports_a_failed_build_as_events()
    {
        const string events = """
            {"ImportPath":"m [m.test]","Action":"build-output","Output":"# m\n./a.go:1:1: broken\n"}
            {"ImportPath":"m [m.test]","Action":"build-fail"}
            {"Time":"t","Action":"start","Package":"m"}
            {"Time":"t","Action":"output","Package":"m","Output":"FAIL\tm [build failed]\n"}
            {"Time":"t","Action":"fail","Package":"m","Elapsed":0,"FailedBuild":"m [m.test]"}

            """;
        var report = Parse("go-test-json", events);
        report.CollectionFailures.ShouldHaveSingleItem().Where.ShouldBe("m");
        report.Tests.ShouldBeEmpty();
    }

    [Fact]
    public void A_package_that_fails_without_a_failing_test_is_a_collection_failure() =>
        Parse("go-test-json", "{\"Time\":\"t\",\"Action\":\"output\",\"Package\":\"m\",\"Output\":\"exit status 3\\n\"}\n{\"Time\":\"t\",\"Action\":\"fail\",\"Package\":\"m\"}\n")
            .CollectionFailures.ShouldHaveSingleItem().Message.ShouldContain("exit status 3");

    [Fact]
    public void Text_before_an_event_on_its_line_does_not_hide_it() =>
        Parse("go-test-json", "noise {\"Time\":\"t\",\"Action\":\"pass\",\"Package\":\"m\",\"Test\":\"TestA\",\"Elapsed\":0}\n{\"Time\":\"t\",\"Action\":\"pass\",\"Package\":\"m\"}\n").Passed("m.TestA").ShouldBeTrue();

    [Fact]
    public void Tap_is_read_with_subtests_directives_and_diagnostics()
    {
        const string tap = """
            TAP version 14
            1..5
            ok 1 - adds
            not ok 2 - divides
              ---
              message: "1 is not 2"
              ...
            ok 3 - later # SKIP no network
            not ok 4 - some day # TODO not yet
                # Subtest: group
                ok 1 - inner
                1..1
            ok 5 - group

            """;
        var report = Parse("tap", tap);
        report.IsComplete.ShouldBeTrue();
        report.Tests.Values.Select(test => (test.Id, test.Outcome)).ShouldBe(
            [("adds", TestOutcome.Passed), ("divides", TestOutcome.Failed), ("later", TestOutcome.Skipped), ("some day", TestOutcome.Skipped), ("group > inner", TestOutcome.Passed), ("group", TestOutcome.Passed)]);
        report.Tests["divides"].Details.ShouldNotBeNull().ShouldContain("1 is not 2");
    }

    [Theory]
    [InlineData("ok 1 - a\n")]
    [InlineData("1..2\nok 1 - a\n")]
    [InlineData("1..1\nok 1 - a\nBail out! no disk\n")]
    [InlineData("")]
    public void An_unfinished_tap_is_incomplete(string tap) => Parse("tap", tap).IsComplete.ShouldBeFalse();

    [Fact]
    public void Documents_of_vstest_and_xunit_v3_are_read_one_after_the_other()
    {
        var report = Parse("trx", Data("dotnet.trx"));
        report.IsComplete.ShouldBeTrue();
        report.CollectionFailures.ShouldHaveSingleItem().Where.ShouldBe("test/Broken.Tests/Broken.Tests.csproj");
        report.CollectionFailures[0].Message.ShouldContain("error CS1002");
        report.Tests.Values.Where(test => test.Id.StartsWith("Two.", StringComparison.Ordinal)).Select(test => (test.Id, test.Outcome)).OrderBy(test => test.Id, StringComparer.Ordinal).ShouldBe(
        [
            ("Two.Tests.CalcTests+Inner.Throws", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Adds", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Bad", TestOutcome.Failed),
            ("Two.Tests.CalcTests.Divides(a: 4, b: 2, c: 2)", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Divides(a: 9, b: 3, c: 3)", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Hangs", TestOutcome.TimedOut),
            ("Two.Tests.CalcTests.Late(f: Func`1 { Method = Int32 <get_Data>b__5_0(), Target = <>c { } })", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Late(f: Func`1 { Method = Int32 <get_Data>b__5_1(), Target = <>c { } })", TestOutcome.Passed),
            ("Two.Tests.CalcTests.Skipped", TestOutcome.Skipped),
            ("Two.Tests.CalcTests.adds two numbers.", TestOutcome.Passed),
        ]);
        report.Tests["Two.Tests.CalcTests.Bad"].Message.ShouldBe("Assert.Equal() Failure: Strings differ");
        report.Tests["Two.Tests.CalcTests.Bad"].Details.ShouldNotBeNull().ShouldContain("T.cs:line 10");
    }

    [Theory]
    [InlineData("Three.Tests.CalcTests.adds two numbers.", TestOutcome.Passed)]
    [InlineData("Three.Tests.CalcTests.Bad", TestOutcome.Failed)]
    [InlineData("Nunit.Tests.CalcTests.Divides(4,2,2)", TestOutcome.Passed)]
    [InlineData("Nunit.Tests.CalcTests.named case", TestOutcome.Passed)]
    [InlineData("Nunit.Tests.Many(2).One", TestOutcome.Passed)]
    [InlineData("Nunit.Tests.CalcTests.Skipped", TestOutcome.Skipped)]
    [InlineData("Ms.Tests.CalcTests.Divides (9,3,3)", TestOutcome.Passed)]
    [InlineData("Ms.Tests.CalcTests.Raises", TestOutcome.Failed)]
    [InlineData("Ms.Tests.SetUpFails.One", TestOutcome.Errored)]
    public void A_class_stands_before_the_name_of_a_test_once(string id, TestOutcome outcome) => Parse("trx", Data("dotnet.trx")).OutcomeOf(id).ShouldBe(outcome);

    [Fact]
    public void A_run_that_was_aborted_is_incomplete()
    {
        Parse("trx", Trx("<ResultSummary outcome='Aborted' />")).IsComplete.ShouldBeFalse();
        Parse("trx", Trx("<ResultSummary outcome='Failed'><RunInfos><RunInfo outcome='Error'><Text>The active test run was aborted. Reason: Test host process crashed</Text></RunInfo></RunInfos></ResultSummary>")).IsComplete.ShouldBeFalse();
        Parse("trx", Trx("<ResultSummary outcome='Failed'><RunInfos><RunInfo outcome='Error'><Text>[xUnit.net 00:00:00.24] C.M [FAIL]</Text></RunInfo></RunInfos></ResultSummary>")).IsComplete.ShouldBeTrue();
        Parse("trx", Trx("<Results><UnitTestResult testId='1' testName='C.M' outcome='Passed' /></Results>")).Tests.ShouldBeEmpty("nothing says which class it belongs to");
    }

    private static string Trx(string content) => $"<?xml version='1.0' encoding='utf-8'?>\n<TestRun name='x'>{content}</TestRun>";

    [Fact]
    public void An_id_that_is_reported_twice_takes_its_worst_outcome()
    {
        Parse("tap", "1..3\nok 1 - a\nnot ok 2 - a\nok 3 - a\n").OutcomeOf("a").ShouldBe(TestOutcome.Failed);
        Parse("junit", "<testsuite><testcase classname='c' name='a'/><testcase classname='c' name='a'><error message='tear-down'/></testcase></testsuite>").OutcomeOf("c.a").ShouldBe(TestOutcome.Errored);
    }

    [Fact]
    public void A_time_limit_is_neither_a_failure_nor_an_error() =>
        Parse("junit", "<testsuite><testcase classname='c' name='a'><failure message='runproof: time limit of 3 s'>x</failure></testcase></testsuite>").OutcomeOf("c.a").ShouldBe(TestOutcome.TimedOut);

    [Theory]
    [InlineData("junit", "pytest-xunit1.xml")]
    [InlineData("go-test-json", "go-panic.jsonl")]
    [InlineData("go-test-json", "go-hang.jsonl")]
    [InlineData("go-test-json", "go-build.jsonl")]
    [InlineData("trx", "dotnet.trx")]
    public void A_report_cut_off_anywhere_claims_no_pass_that_the_whole_does_not(string format, string file)
    {
        var data = Data(file);
        var whole = Parse(format, data);
        for (var length = 0; length < data.Length - 1; length++)
        {
            var cut = Parse(format, data[..length]);
            foreach (var test in cut.Tests.Values.Where(test => test.Outcome == TestOutcome.Passed)) whole.Passed(test.Id).ShouldBeTrue($"{test.Id} at {length}");
            if (cut.IsComplete) cut.Tests.Keys.ShouldBeSubsetOf(whole.Tests.Keys);
        }

        Parse("junit", Data("pytest-xunit1.xml")[..^3]).IsComplete.ShouldBeFalse();
        Parse("trx", Data("dotnet.trx")[..^4]).IsComplete.ShouldBeFalse();
    }

    [Theory]
    [InlineData("junit", "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><testsuite><testcase classname='c' name='&b;'/></testsuite>")]
    [InlineData("junit", "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><testsuite><testcase classname='c' name='a'>&f;</testcase></testsuite>")]
    [InlineData("junit", "not xml at all")]
    [InlineData("junit", "<testsuite><testcase")]
    [InlineData("junit", "\u0000\u0001<testsuite/>")]
    [InlineData("trx", "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><TestRun>&f;</TestRun>")]
    [InlineData("trx", "<TestRun><Results><UnitTestResult testId='1' testName='C.M' outcome='Passed'/></Results><TestDefinitions><UnitTest id='1'><TestMethod className='C'/>")]
    [InlineData("trx", "<TestRun/>]]><TestRun>")]
    [InlineData("trx", "")]
    [InlineData("go-test-json", "{\"Time\":1}\n{\"Action\":\"pass\"}\n{\"Time\":\"t\",\"Action\":{},\"Package\":\"m\"}\n[]\nnull\n{\"Time\":\"t\",\"Action\":\"pass\",\"Package\":\"m\",\"Test\":\"T\",\"Elapsed\":\"x\"}\n")]
    [InlineData("tap", "ok ok ok\nnot ok # # #\n1..999999999999999999999\n")]
    public void Hostile_input_is_no_crash_and_no_pass(string format, string text) => Parse(format, text).IsComplete.ShouldBeFalse();

    [Theory]
    [InlineData("junit")]
    [InlineData("go-test-json")]
    [InlineData("tap")]
    [InlineData("trx")]
    public void Random_damage_never_throws(string format)
    {
        var random = new Random(7);
        var seeds = format switch { "junit" => [Data("pytest-xunit1.xml")], "trx" => [Data("dotnet.trx")], "go-test-json" => new[] { Data("go-panic.jsonl"), Data("go-build.jsonl") }, _ => [Encoding.UTF8.GetBytes("TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b # TODO x\n    # Subtest: c\n    ok 1\n")] };
        for (var round = 0; round < 4000; round++)
        {
            var data = seeds[round % seeds.Length].ToArray();
            for (var change = random.Next(1, 8); change > 0; change--) data[random.Next(data.Length)] = (byte)random.Next(256);
            Should.NotThrow(() => Parse(format, data));
        }
    }

    [Fact]
    public void A_huge_report_is_read_in_bounded_memory()
    {
        var one = Encoding.UTF8.GetBytes("{\"Time\":\"t\",\"Action\":\"output\",\"Package\":\"m\",\"Test\":\"TestA\",\"Output\":\"" + new string('x', 900) + "\\n\"}\n");
        using var stream = new RepeatedStream(one, 200 << 20);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var report = ReportParsers.For("go-test-json").Parse(stream, ReportLimits.Default);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(20 << 20);
        report.IsComplete.ShouldBeFalse("the package never ended");
    }

    [Fact]
    public void A_line_of_a_hundred_megabytes_is_cut()
    {
        using var stream = new RepeatedStream("x"u8.ToArray(), 100 << 20);
        var lines = BoundedLines.Read(stream).ToList();
        lines.ShouldHaveSingleItem().IsWhole.ShouldBeFalse();
        lines[0].Text.Length.ShouldBeLessThanOrEqualTo(1 << 20);
    }

    [Fact]
    public void More_tests_than_the_limit_make_a_report_incomplete()
    {
        var report = ReportParsers.For("tap").Parse(new MemoryStream("1..3\nok 1 - a\nok 2 - b\nok 3 - c\n"u8.ToArray()), new ReportLimits(Tests: 2));
        (report.Tests.Count, report.IsComplete).ShouldBe((2, false));
    }

    [Fact]
    public void An_unknown_format_is_told_with_the_known_ones() => Should.Throw<ArgumentException>(() => ReportParsers.For("x")).Message.ShouldContain("junit, go-test-json, tap, trx");

    /// <summary>The same bytes again and again up to a length.</summary>
    private sealed class RepeatedStream(byte[] part, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _position);
            for (var i = 0; i < read; i++) buffer[offset + i] = part[(_position + i) % part.Length];
            _position += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

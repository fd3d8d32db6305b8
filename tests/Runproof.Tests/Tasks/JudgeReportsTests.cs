using System.Text;
using System.Text.Json;
using Runproof.Languages;
using Runproof.Languages.Reports;
using Runproof.Sandboxes;

namespace Runproof.Tests.Tasks;

/// <summary>The judge of an exported task reads reports as Runproof does.</summary>
public class JudgeReportsTests
{
    private static string Harbor => Path.Combine(AppContext.BaseDirectory, "harbor");

    public static TheoryData<string, string> Reports
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "reports"), "*.jsonl")) rows.Add("go-test-json", File.ReadAllText(file));
            rows.Add("junit", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reports", "pytest-xunit1.xml")));
            rows.Add("junit", "<testsuite><testcase classname='a' name='b'/><testcase classname='a' name='c'><failure message='runproof: time limit of 2 s'/></testcase></testsuite>");
            rows.Add("junit", "<testsuite><testcase classname='a' name='b'/><testcase classname='a' name='b'><error/></testcase><testcase name='cut'");
            rows.Add("junit", "<testsuite><testcase classname='' name='m'><skipped/></testcase><testcase name='n'><properties><property name='nodeid' value='x y'/></properties></testcase></testsuite>junk");
            rows.Add("junit", "<!DOCTYPE a [<!ENTITY b 'c'>]><testsuite><testcase name='&b;'/></testsuite>");
            rows.Add("junit", "");
            rows.Add("trx", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reports", "dotnet.trx")));
            rows.Add("trx", Trx("C", "<UnitTestResult testId='1' testName='C.M' outcome='Passed'/><UnitTestResult testId='1' testName='M(s: \"&#1;&#xb;&lt;\")' outcome='Failed'><Output><ErrorInfo><Message>SetUp : x</Message></ErrorInfo></Output></UnitTestResult>"));
            rows.Add("trx", "\uFEFF<?xml version='1.0'?>" + Trx("N.C, Assembly", "<UnitTestResult testId='1' testName='M' outcome='Failed'><Output><ErrorInfo><Message>runproof: time limit of 3 s</Message></ErrorInfo></Output></UnitTestResult>") + "\n\uFEFF<?xml version='1.0'?>" + Trx("D", "<UnitTestResult testId='1' testName='M' outcome='NotExecuted'/>"));
            rows.Add("trx", Trx("C", "<UnitTestResult testId='2' testName='C.M' outcome='Passed'/>"));
            rows.Add("trx", Trx("C", "<UnitTestResult testId='1' testName='C.M' outcome='Passed'/>").Replace("</TestRun>", "<ResultSummary outcome='Failed'><RunInfos><RunInfo><Text>The active test run was aborted.</Text></RunInfo></RunInfos></ResultSummary></TestRun>", StringComparison.Ordinal));
            rows.Add("trx", "<TestRun name='runproof: build of a/b.csproj'><ResultSummary outcome='Error'><RunInfos><RunInfo><Text>CS1</Text></RunInfo></RunInfos></ResultSummary></TestRun>");
            rows.Add("trx", Trx("C", "<UnitTestResult testId='1' testName='C.M' outcome='Passed'/>") + "\n<TestRun><Results><UnitTestResult testId='1' testName='cut'");
            rows.Add("trx", "<!DOCTYPE a [<!ENTITY b 'c'>]>" + Trx("C", "<UnitTestResult testId='1' testName='&b;' outcome='Passed'/>"));
            rows.Add("trx", "");
            rows.Add("go-test-json", "");
            rows.Add("go-test-json", "go: updates to go.mod needed\n");
            rows.Add("go-test-json", "{\"Action\":\"run\",\"Package\":\"m\",\"Test\":\"TestA\"}\nprinted{\"Action\":\"pass\",\"Package\":\"m\",\"Test\":\"TestA\"}\n{\"Action\":\"pass\",\"Package\":\"m\"}\n");
            return rows;
        }
    }

    private static string Trx(string type, string results) => $"<TestRun><Results>{results}</Results><TestDefinitions><UnitTest id='1'><TestMethod className='{type}'/></UnitTest></TestDefinitions></TestRun>";

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task They_agree(string format, string text)
    {
        const string program = "import json, sys; sys.path.insert(0, sys.argv[1]); import reports; r = reports.parse(sys.argv[2], sys.stdin.buffer.read(), ''); print(json.dumps([r.tests, sorted(r.collection), r.complete]))";
        var read = await HostProcess.RunAsync(new("python3", ["-I", "-B", "-c", program, Harbor, format], Input: text), TestContext.Current.CancellationToken);
        read.ExitCode.ShouldBe(0, read.Error);
        var report = ReportParsers.For(format).Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)), ReportLimits.Default);
        var judged = JsonDocument.Parse(read.Output).RootElement;
        judged[0].EnumerateObject().Select(test => (test.Name, (TestOutcome)test.Value.GetInt32())).ShouldBe(report.Tests.Values.Select(test => (test.Id, test.Outcome)), ignoreOrder: true);
        judged[1].EnumerateArray().Select(where => where.GetString()).ShouldBe(report.CollectionFailures.Select(failure => failure.Where).Distinct(), ignoreOrder: true);
        judged[2].GetBoolean().ShouldBe(report.IsComplete);
    }

    [Theory]
    [InlineData("tests/test_a.py")]
    [InlineData("a/b/conftest.py")]
    [InlineData("src/pkg/a b+c.py")]
    [InlineData("x/__pycache__/a.pyc")]
    [InlineData("build/lib/a")]
    [InlineData("pyproject.toml")]
    [InlineData("src/pyproject_toml")]
    [InlineData("tests\n/x")]
    public async Task Patterns_match_the_same_paths(string path)
    {
        var patterns = LanguageProfiles.All.SelectMany(profile => new[] { profile.Files.Test, profile.Files.Steering, profile.Files.BuildOutput }).Append(PathPatterns.None).ToList();
        const string program = "import json, re, sys; print(json.dumps([bool(re.fullmatch(e, sys.argv[1])) for e in json.load(sys.stdin)]))";
        var matched = await HostProcess.RunAsync(new("python3", ["-I", "-B", "-c", program, path], Input: JsonSerializer.Serialize(patterns.Select(pattern => pattern.Expression))), TestContext.Current.CancellationToken);
        JsonSerializer.Deserialize<bool[]>(matched.Output).ShouldBe(patterns.Select(pattern => pattern.Match(path)));
    }
}

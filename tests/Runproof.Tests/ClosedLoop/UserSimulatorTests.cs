using Runproof.ClosedLoop;

namespace Runproof.Tests.ClosedLoop;

/// <summary>Answers are used in a real sandbox: right ones, wrong ones, and those that cheat.</summary>
public sealed class UserSimulatorTests : IAsyncDisposable
{
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static string Block(string language, string code) => $"Here it is.\n\n```{language}\n{code}\n```\nUse it well.";

    private async Task<string> JudgeAsync(Question question, string answer)
    {
        var judged = await new UserSimulator(_bench.Sandboxes).JudgeAsync(question, answer, Cancel);
        return judged.Reason == "works" ? "works" : $"{judged.Reason}: {judged.Detail}";
    }

    private static Question Function(string language, params Use[] uses) => new("q", "p", AnswerKind.Function, language, Uses: uses);

    [Theory]
    [InlineData("python", "def double(x):\n    return x * 2", "double([1, (2,)])", "[1, (2,), 1, (2,)]")]
    [InlineData("javascript", "export function double(x) { console.log('busy'); return { n: x * 2, a: [x] }; }", "double(2)", "({ a: [2], n: 4 })")]
    [InlineData("javascript", "module.exports = { double: async (x) => x * 2 };", "double(2)", "4")]
    [InlineData("ruby", "def double(x)\n  puts 'busy'\n  { b: x * 2, a: 1 }\nend", "double(2)", "{ a: 1, b: 4 }")]
    [InlineData("php", "<?php\nfunction double($x) { echo 'busy'; return ['n' => $x * 2]; }", "double(2)", "['n' => 4]")]
    [InlineData("lua", "local M = {}\nfunction M.double(x) return { n = x * 2, 'a' } end\nreturn M", "double(2)", "{ 'a', n = 4 }")]
    [InlineData("bash", "double() { echo $(($1 * 2)); }", "double 4", "echo 8")]
    public async Task A_function_is_called_in_its_language(string language, string code, string call, string gives)
    {
        if (!File.Exists("/usr/bin/" + Callers.Find(language).Run[0])) Assert.Skip($"{language} is not installed");
        var question = Function(language, new Use(call, gives));
        (await JudgeAsync(question, Block(language, code))).ShouldBe("works");
        (await JudgeAsync(question, Block(language, code.Replace("* 2", "* 3", StringComparison.Ordinal)))).ShouldStartWith("wrong_value: ");
        (await JudgeAsync(question, Block(language, language == "php" ? "<?php ((((" : "(((("))).ShouldStartWith("not_compiled: ");
        (await JudgeAsync(question, "I would rather not.")).ShouldStartWith("no_code: ");
    }

    [Fact]
    public async Task Errors_that_are_expected_must_come_and_others_must_not()
    {
        var question = Function("python", new Use("half(3)", Raises: "ValueError"), new Use("half(4)", "2"));
        (await JudgeAsync(question, Block("python", "def half(x):\n    if x % 2: raise ValueError(x)\n    return x // 2"))).ShouldBe("works");
        (await JudgeAsync(question, Block("python", "def half(x):\n    return x // 2"))).ShouldBe("wrong_value: use 1: half(3) gives 'value 1' in place of the error ValueError");
        (await JudgeAsync(question, Block("python", "def half(x):\n    raise ValueError(x)"))).ShouldStartWith("wrong_value: use 2: ");
    }

    [Theory]
    [InlineData("class Any:\n    def __eq__(self, other): return True\n    def __repr__(self): return 'Any'\ndef f(x): return Any()", "wrong_value")]
    [InlineData("print('value 4')\nimport os\nos._exit(0)", "no_value")]
    [InlineData("def f(x):\n    open('notes.txt', 'w').write('was here')\n    return 4", "unexpected_change")]
    [InlineData("import random\ndef f(x): return 4 if random.random() < 0.001 else 5", "wrong_value")]
    [InlineData("def f(x):\n    while True: pass", "timeout")]
    [InlineData("def f(x): return len('x' * (1 << 34))", "memory")]
    public async Task What_cheats_or_misbehaves_is_refused(string code, string reason) =>
        (await JudgeAsync(Function("python", new Use("f(2)", "4", Seconds: 3)), Block("python", code))).ShouldStartWith(reason + ": ");

    [Fact]
    public async Task A_script_has_arguments_input_output_exit_code_and_files()
    {
        var question = new Question("q", "p", AnswerKind.Script, "python", new Dictionary<string, string> { ["in.txt"] = "b\na\n", ["keep.txt"] = "k" },
        [
            new(Arguments: ["in.txt", "out.txt"], Prints: "2 lines", ExitCode: 0, Files: new Dictionary<string, string?> { ["out.txt"] = "a\nb\n" }),
            new(Arguments: ["none.txt", "out.txt"], ExitCode: 1),
        ]);
        const string Right = "import sys\ntry:\n    lines = sorted(open(sys.argv[1]))\nexcept OSError:\n    sys.exit(1)\nopen(sys.argv[2], 'w').writelines(lines)\nprint(len(lines), 'lines')";
        (await JudgeAsync(question, Block("python", Right))).ShouldBe("works");
        (await JudgeAsync(question, Block("python", Right + "\nimport os; os.remove('keep.txt')"))).ShouldBe("unexpected_change: use 1: keep.txt was removed, which nobody asked for");
        (await JudgeAsync(question, Block("python", Right.Replace("sorted", "list", StringComparison.Ordinal)))).ShouldStartWith("wrong_file: use 1: out.txt holds 'b a'");
        (await JudgeAsync(question, Block("python", Right.Replace("sys.exit(1)", "pass; lines = []", StringComparison.Ordinal)))).ShouldStartWith("wrong_exit: use 2: ");
    }

    [Fact]
    public async Task A_command_is_judged_by_what_it_changes()
    {
        var question = new Question("q", "Rename all .txt to .md", AnswerKind.Command, "bash", new Dictionary<string, string> { ["a b.txt"] = "1", ["c.txt"] = "2", ["d.py"] = "3" },
            [new(ExitCode: 0, Files: new Dictionary<string, string?> { ["a b.md"] = "1", ["c.md"] = "2", ["a b.txt"] = null, ["c.txt"] = null })]);
        (await JudgeAsync(question, Block("bash", "$ for f in *.txt; do mv -- \"$f\" \"${f%.txt}.md\"; done"))).ShouldBe("works");
        (await JudgeAsync(question, "`for f in *.txt; do mv $f ${f%.txt}.md; done`")).ShouldStartWith("wrong_");
        (await JudgeAsync(question, Block("sh", "for f in *.txt; do cp -- \"$f\" \"${f%.txt}.md\"; done"))).ShouldBe("wrong_file: use 1: a b.txt is still there");
    }

    [Fact]
    public async Task Programs_that_are_compiled_and_further_files_work_too()
    {
        if (!File.Exists("/usr/bin/gcc")) Assert.Skip("gcc is not installed");
        var question = new Question("q", "p", AnswerKind.Script, "c", Uses: [new(Stdin: "3 4", Prints: "7")]);
        (await JudgeAsync(question, "helper.h:\n```c\n#define ADD(a, b) ((a) + (b))\n```\n```c\n#include <stdio.h>\n#include \"helper.h\"\nint main(void) { int a, b; scanf(\"%d %d\", &a, &b); printf(\"%d\\n\", ADD(a, b)); }\n```")).ShouldBe("works");
        (await JudgeAsync(question, Block("c", "int main(void) { return undeclared; }"))).ShouldStartWith("not_compiled: ");
    }
}

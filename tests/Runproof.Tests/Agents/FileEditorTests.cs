using System.Text.Json.Nodes;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;

namespace Runproof.Tests.Agents;

/// <summary>The file editor on files in a real sandbox.</summary>
public sealed class FileEditorTests : IAsyncLifetime
{
    private const string Path = "/testbed/a.py";
    private readonly Workbench _bench = new();
    private ISandbox _sandbox = null!;
    private Terminal _terminal = null!;
    private FileEditor _editor = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await _bench.SandboxAsync(null, _bench.Layer("files", ("testbed/a.py", "one\ntwo\nthree\ntwo\n"), ("testbed/dos.txt", "a\r\nb\r\n"), ("testbed/sub/deep/x.txt", "")));
        (_terminal, _editor) = (new(_sandbox), null!);
        _editor = new(_terminal);
    }

    public async ValueTask DisposeAsync()
    {
        await _terminal.DisposeAsync();
        await _sandbox.DisposeAsync();
        await _bench.DisposeAsync();
    }

    private Task<(bool Done, string Text)> Do(string json) => _editor.RunAsync((JsonObject)JsonNode.Parse(json)!, Cancel);

    private async Task<string?> FileAsync(string path = Path) => (await _terminal.ReadAsync(path, 10_000, Cancel)).Text;

    [Fact]
    public async Task Shows_files_with_numbers_and_folders_two_levels_deep()
    {
        (await Do("""{"command": "view", "path": "/testbed/a.py"}""")).Text.ShouldBe("Here is /testbed/a.py with line numbers:\n     1\tone\n     2\ttwo\n     3\tthree\n     4\ttwo");
        (await Do("""{"command": "view", "path": "/testbed/a.py", "view_range": [3, -1]}""")).Text.ShouldEndWith(":\n     3\tthree\n     4\ttwo");
        (await Do("""{"command": "view", "path": "/testbed"}""")).Text.ShouldEndWith("/testbed/a.py\n/testbed/dos.txt\n/testbed/sub/\n/testbed/sub/deep/");
    }

    [Fact]
    public async Task Replaces_what_stands_there_once_and_undoes_it()
    {
        (await Do("""{"command": "str_replace", "path": "/testbed/a.py", "old_str": "three\ntwo", "new_str": "3"}""")) .Text.ShouldContain("     3\t3");
        (await FileAsync()).ShouldBe("one\ntwo\n3\n");
        (await Do("""{"command": "undo_edit", "path": "/testbed/a.py"}""")).Done.ShouldBeTrue();
        (await FileAsync()).ShouldBe("one\ntwo\nthree\ntwo\n");
        (await Do("""{"command": "undo_edit", "path": "/testbed/a.py"}""")).Done.ShouldBeFalse();
    }

    [Fact]
    public async Task Inserts_behind_a_line_and_keeps_line_ends()
    {
        await Do("""{"command": "insert", "path": "/testbed/a.py", "insert_line": 0, "new_str": "zero\n"}""");
        await Do("""{"command": "insert", "path": "/testbed/a.py", "insert_line": 5, "new_str": "five"}""");
        (await FileAsync()).ShouldBe("zero\none\ntwo\nthree\ntwo\nfive\n");
        await Do("""{"command": "insert", "path": "/testbed/dos.txt", "insert_line": 1, "new_str": "x"}""");
        (await FileAsync("/testbed/dos.txt")).ShouldBe("a\r\nx\r\nb\r\n");
    }

    [Fact]
    public async Task Makes_new_files_with_their_folders()
    {
        (await Do("""{"command": "create", "path": "/testbed/new/b.txt", "file_text": "x\n"}""")).Done.ShouldBeTrue();
        (await FileAsync("/testbed/new/b.txt")).ShouldBe("x\n");
    }

    [Theory]
    [InlineData("""{"command": "view", "path": "a.py"}""", "not absolute")]
    [InlineData("""{"command": "view", "path": "/testbed/none.py"}""", "cannot be read: No such file or directory")]
    [InlineData("""{"command": "view", "path": "/testbed/a.py", "view_range": [3, 9]}""", "has 4 lines")]
    [InlineData("""{"command": "view", "path": "/testbed/a.py", "view_range": [1.5, 2]}""", "whole number")]
    [InlineData("""{"command": "view", "path": "/testbed", "view_range": [1, 2]}""", "is a folder")]
    [InlineData("""{"command": "create", "path": "/testbed/a.py", "file_text": "x"}""", "exists already")]
    [InlineData("""{"command": "create", "path": "/usr/x", "file_text": "x"}""", "could not be written: Read-only file system")]
    [InlineData("""{"command": "create", "path": "/testbed/x"}""", "'file_text' is needed")]
    [InlineData("""{"command": "str_replace", "path": "/testbed/a.py", "old_str": "two", "new_str": "2"}""", "more than once (lines 2, 4)")]
    [InlineData("""{"command": "str_replace", "path": "/testbed/a.py", "old_str": "four"}""", "does not stand in")]
    [InlineData("""{"command": "str_replace", "path": "/testbed/a.py", "old_str": "", "new_str": "x"}""", "is empty")]
    [InlineData("""{"command": "insert", "path": "/testbed/a.py", "insert_line": 5, "new_str": "x"}""", "has 4 lines")]
    [InlineData("""{"command": "delete", "path": "/testbed/a.py"}""", "no command 'delete'")]
    public async Task What_is_wrong_is_told_and_changes_nothing(string json, string problem)
    {
        var (done, text) = await Do(json);
        done.ShouldBeFalse();
        text.ShouldContain(problem);
        (await FileAsync()).ShouldBe("one\ntwo\nthree\ntwo\n");
    }
}

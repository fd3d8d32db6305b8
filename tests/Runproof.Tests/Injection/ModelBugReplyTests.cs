using Runproof.Chat;
using System.Text;
using Runproof.Coverage;
using Runproof.Injection;
using Runproof.Injection.Models;

namespace Runproof.Tests.Injection;

/// <summary>What a model answers is read strictly.</summary>
public sealed class ModelBugReplyTests
{
    [Theory]
    [InlineData("```python\nreturn 1\n```", "return 1")]
    [InlineData("Here it is:\n\n```\na\n\nb\n```\nDone.", "a\n\nb")]
    [InlineData("````md\n```\ninner\n```\n````", "```\ninner\n```")]
    public void The_only_code_block_counts(string reply, string block) => ReplyText.Block(reply).ShouldBe(block);

    [Theory]
    [InlineData("return 1", "0 code blocks")]
    [InlineData("```\na\n```\n```\nb\n```", "2 code blocks")]
    [InlineData("```\na", "no end")]
    [InlineData("```\n\n```", "0 code blocks")]
    public void Anything_else_is_refused(string reply, string why) => Should.Throw<FormatException>(() => ReplyText.Block(reply)).Message.ShouldContain(why);

    [Fact]
    public void Edit_blocks_name_their_file_and_may_follow_one_another()
    {
        var edits = ModelBugReply.Edits("src/a.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\ny = 3\n>>>>>>> REPLACE\n\n`src/b.py`\n<<<<<<< SEARCH\nz\n=======\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nw\n=======\nv\n>>>>>>> REPLACE");
        edits.ShouldBe([new("src/a.py", "x = 1", "x = 2\ny = 3"), new("src/b.py", "z", ""), new("src/b.py", "w", "v")]);
    }

    [Theory]
    [InlineData("<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE", "names no file")]
    [InlineData("a.py\n<<<<<<< SEARCH\nx\n=======\ny", "no end")]
    [InlineData("a.py\n<<<<<<< SEARCH\n=======\ny\n>>>>>>> REPLACE", "searches for nothing")]
    [InlineData("I cannot do that.", "no edit block")]
    public void Edit_blocks_that_are_not_whole_are_refused(string reply, string why) => Should.Throw<FormatException>(() => ModelBugReply.Edits(reply)).Message.ShouldContain(why);

    [Theory]
    [InlineData("    # subtle change\n    return 1", "subtle")]
    [InlineData("    return 1  # Wrong on purpose", "Wrong")]
    [InlineData("    debugger = injector", null)]
    [InlineData("    # this is a bug in the format", null)]
    public void Text_that_tells_what_was_done_is_noticed(string added, string? word) => ModelBugReply.Giveaway("# a known bug\n", added).ShouldBe(word);

    [Theory]
    [InlineData("def f(x):\n    y = x\n    return y + 1", "return y + 1", 4)]
    [InlineData("def f(x):\n        y = x\n        return y", "y = x", 3)]
    [InlineData("def f(x):\n    y = x\n    z = y\n    return y", "z = y", 4)]
    public void Only_the_lines_that_differ_are_replaced(string lines, string replaced, int firstLine)
    {
        var source = SourceLines.Of("class A:\n    def f(x):\n        y = x\n        return y\n\nlast = 1"u8.ToArray())!;
        var site = source.Replace(2, 4, lines, (first, last) => new("o", "f", "a.py", 0, 0, "", first, last, "a.py", 0));
        if (lines.Contains("        y", StringComparison.Ordinal)) site.ShouldNotBeNull("a body that is indented twice is another text");
        else (site!.FirstLine, site.Replacement.Trim()).ShouldBe((firstLine, replaced));
        Encoding.UTF8.GetString(site!.Apply(Encoding.UTF8.GetBytes(source.Text))).ShouldEndWith("\n\nlast = 1");
    }

    [Fact]
    public void Windows_line_ends_and_a_missing_last_one_stay()
    {
        var source = SourceLines.Of("a\r\nb\r\nc"u8.ToArray())!;
        BugSite At(int first, int last) => new("o", "f", "a.js", 0, 0, "", first, last, "a.js", 0);
        string Changed(int first, int last, string lines) => Encoding.UTF8.GetString(source.Replace(first, last, lines, At)!.Apply(Encoding.UTF8.GetBytes(source.Text)));
        Changed(2, 2, "x\ny").ShouldBe("a\r\nx\r\ny\r\nc");
        Changed(3, 3, "d").ShouldBe("a\r\nb\r\nd");
        source.Replace(2, 3, "b\nc", At).ShouldBeNull();
    }

    [Theory]
    [InlineData("def f(x):\n    \"\"\"Says\n    so.\"\"\"\n    return x\n", 2, "def f(x):\n    \"\"\"Says\n    so.\"\"\"\n")]
    [InlineData("def f(x):\n    \"\"\"Says so.\"\"\"\n    y = x\n    return y\n", 2, "def f(x):\n    \"\"\"Says so.\"\"\"\n")]
    [InlineData("function f(\n  x,\n) {\n  return x;\n}\n", 3, "function f(\n  x,\n) {\n")]
    [InlineData("def f(x)\n  y = x\n  y\nend\n", 2, "def f(x)\n")]
    public void A_head_has_the_documentation_and_not_the_body(string text, int bodyLine, string head) =>
        SourceLines.Of(Encoding.UTF8.GetBytes(text))!.HeadOf(new FunctionSpan("a", "f", 1, bodyLine, text.Count(one => one == '\n'), true)).ShouldBe(head);
}

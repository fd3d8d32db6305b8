using System.Text;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;

namespace Runproof.Tests.Agents;

/// <summary>An agent's terminal in a real sandbox, and what commands can do to it.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60), Short = TimeSpan.FromSeconds(1);
    private readonly Workbench _bench = new();
    private ISandbox _sandbox = null!;
    private Terminal _terminal = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await _bench.SandboxAsync(SandboxLimits.Default with { MemoryBytes = 512 << 20 });
        _terminal = new(_sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await _terminal.DisposeAsync();
        await _sandbox.DisposeAsync();
        await _bench.DisposeAsync();
    }

    private Task<ShellResult> Run(string command) => _terminal.RunAsync(command, Long, Long, Cancel);

    private Task<ShellResult> Fresh(string command, TimeSpan? limit = null) => _terminal.RunFreshAsync(command, limit ?? Long, Cancel);

    [Fact]
    public async Task The_shell_that_stays_keeps_folder_and_variables()
    {
        (await Run("cd /tmp && export A='1 2'; f() { echo \"f $A\"; }")).ExitCode.ShouldBe(0);
        var result = await Run("f; pwd; false");
        (result.Output, result.ExitCode, result.Folder, result.State).ShouldBe(("f 1 2\n/tmp\n", 1, "/tmp", ShellState.Ended));
    }

    [Fact]
    public async Task A_fresh_shell_keeps_neither()
    {
        await Fresh("cd /tmp && export A=1");
        (await Fresh("echo \"[$A]\"; pwd >&2; exit 7")).Output.ShouldBe("[]\n/testbed\n");
    }

    [Fact]
    public async Task Lines_quotes_and_documents_are_taken_as_they_are()
    {
        (await Run("cat <<'X'\na \"b\" $c `d` !e\nX\nfor i in 1 2; do\n  echo $i\ndone")).Output.ShouldBe("a \"b\" $c `d` !e\n1\n2\n");
        (await Run("echo \"unclosed")).ExitCode.ShouldNotBe(0);
        (await Run("echo on")).Output.ShouldBe("on\n");
    }

    [Fact]
    public async Task A_command_that_does_not_end_can_be_interrupted_or_killed()
    {
        (await Fresh("sleep 1000", Short)).State.ShouldBe(ShellState.TimedOut);
        (await _terminal.RunAsync("A=1; sleep 1000; echo never", Short, Short, Cancel)).State.ShouldBe(ShellState.Running);
        _terminal.IsRunning.ShouldBeTrue();
        (await _terminal.InterruptAsync(Cancel)).ExitCode.ShouldBe(130);
        (await Run("echo [$A]")).Output.ShouldBe("[1]\n");
        (await _terminal.RunAsync("trap '' INT; while :; do :; done", Short, Short, Cancel)).State.ShouldBe(ShellState.Running);
        (await _terminal.InterruptAsync(Cancel)).State.ShouldBe(ShellState.Running);
        await _terminal.RestartAsync(Cancel);
        (await Run("echo anew")).Output.ShouldBe("anew\n");
        (await Fresh("pgrep -c bash || true")).Output.Trim().ShouldBe("2", "the old shell is gone");
    }

    [Fact]
    public async Task Commands_have_the_signals_of_any_shell_however_the_program_was_started()
    {
        const string ignored = "awk '/^SigIgn/ { print $2 }' /proc/self/status";
        (await Fresh(ignored)).Output.ShouldBe("0000000000000000\n");
        (await Run(ignored)).Output.ShouldBe("0000000000000000\n");
    }

    [Fact]
    public async Task A_command_that_reads_gets_what_is_typed()
    {
        (await Fresh("cat; echo end")).Output.ShouldBe("end\n");
        (await _terminal.RunAsync("read -r line; echo \"got $line\"", Short, Short, Cancel)).State.ShouldBe(ShellState.Running);
        (await _terminal.TypeAsync("hello\n", Long, Long, Cancel)).Output.ShouldBe("got hello\n");
    }

    [Theory]
    [InlineData("exit 9", "Died")]
    [InlineData("kill -9 $$", "Died")]
    [InlineData("exec sleep 0", "Died")]
    [InlineData("kill -9 -1", "Lost")]
    [InlineData("pkill -9 perl; sleep 100", "Lost")]
    public async Task A_command_that_ends_the_shell_is_told_and_the_next_finds_a_new_one(string command, string state)
    {
        await Run("echo kept >/testbed/file");
        (await Run(command)).State.ToString().ShouldBe(state);
        (await Run("cat /testbed/file")).Output.ShouldBe("kept\n");
    }

    [Fact]
    public async Task A_command_without_memory_is_told()
    {
        var result = await Run("perl -e '@a = map { \"x\" x 1000000 . $_ } 1 .. 2000; print scalar @a'");
        (result.State == ShellState.Lost || result.ExitCode != 0).ShouldBeTrue(result.Output);
        (await Run("echo on")).Output.ShouldBe("on\n");
    }

    [Fact]
    public async Task Much_output_keeps_its_ends_and_binary_output_is_text()
    {
        var result = await Run("echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last");
        result.Output.Length.ShouldBeLessThan(600_000);
        result.Output.ShouldStartWith("first\n");
        result.Output.ShouldEndWith("\nlast\n");
        result.Output.ShouldContain("bytes left out");
        (await Run("printf '\\377\\000\\001\\n'")).Output.ShouldBe("\uFFFD\0\u0001\n");
    }

    [Fact]
    public async Task What_runs_in_the_background_holds_nothing_up_and_is_heard_later()
    {
        (await Fresh("sleep 1000 & echo here")).Output.ShouldBe("here\n");
        await Run("(sleep 0.3; echo late) & echo now");
        await Task.Delay(1000, Cancel);
        (await Run("echo next")).Output.ShouldContain("late\n");
    }

    [Fact]
    public async Task Files_are_read_written_and_listed()
    {
        const string Path = "/testbed/new folder/ä.txt";
        (await _terminal.WriteAsync(Path, "line\nö", Cancel)).ShouldBeNull();
        (await _terminal.ReadAsync(Path, 100, Cancel)).Text.ShouldBe("line\nö");
        (await _terminal.ReadAsync(Path, 2, Cancel)).Text.ShouldBeNull();
        (await _terminal.ReadAsync("/testbed", 10, Cancel)).IsFolder.ShouldBeTrue();
        (await _terminal.ReadAsync("/nowhere", 10, Cancel)).Problem.ShouldBe("No such file or directory");
        (await _terminal.WriteAsync("/usr/file", "x", Cancel)).ShouldNotBeNull();
        (await _terminal.WriteAsync("/testbed/big", new string('x', Terminal.MostBytes + 1), Cancel)).ShouldNotBeNull();
        await Fresh("mkfifo /testbed/pipe; printf '\\377' >/testbed/binary");
        (await _terminal.ReadAsync("/testbed/pipe", 10, Cancel)).Problem.ShouldBe("not a regular file");
        (await _terminal.ReadAsync("/testbed/binary", 10, Cancel)).Text.ShouldBeNull();
        (await _terminal.ListAsync("/testbed", 2, Cancel)).ShouldBe(["/testbed/binary", "/testbed/new folder/", "/testbed/new folder/ä.txt", "/testbed/pipe"]);
        (await _terminal.ListAsync("/testbed/binary", 2, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task What_it_starts_is_walled_in()
    {
        (await Run("cat < /dev/tcp/127.0.0.1/80")).ExitCode.ShouldNotBe(0);
        (await Run("unshare -r true")).ExitCode.ShouldNotBe(0);
        Encoding.UTF8.GetByteCount((await Run("ls /")).Output).ShouldBeLessThan(200);
    }
}

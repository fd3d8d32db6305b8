using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

public sealed class LauncherTests
{
    [Fact]
    public async Task What_is_started_is_out_of_reach_of_a_terminals_signals()
    {
        var own = File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ');
        var child = await HostProcess.RunAsync(new("sh", ["-c", "cat /proc/$$/stat; :"]), TestContext.Current.CancellationToken);
        var fields = child.Output.Split(") ")[1].Split(' ');
        fields[2].ShouldNotBe(own[2], "Ctrl-C goes to a process group");
        fields[3].ShouldNotBe(own[3], "and a closed terminal to a session");
    }

    [Fact]
    public async Task A_program_that_there_is_not_is_told_as_a_shell_tells_it() =>
        (await HostProcess.RunAsync(new("no-such-program", []), TestContext.Current.CancellationToken)).ExitCode.ShouldBe(127);
}

using Runproof.Sandboxes;
using Runproof.Sandboxes.Containers;

namespace Runproof.Tests.Sandboxes.Containers;

/// <summary>An engine that cannot be reached is one clear line.</summary>
public sealed class EngineAddressTests
{
    private readonly string _workspace = Path.Combine(Path.GetTempPath(), "runproof-tests", Guid.NewGuid().ToString("N"));

    [Theory]
    [InlineData("tcp://other:2375", "only a unix socket of this machine")]
    [InlineData("unix:///no/such/socket", "there is no socket at '/no/such/socket'")]
    public async Task An_engine_that_is_not_there_is_told_with_what_to_do(string address, string reason)
    {
        var ended = await new Cli.Program(_workspace, $"{EngineAddress.Variable}={address}").RunAsync("doctor", "--json", "--sandbox", "container");
        ended.ExitCode.ShouldBe(3, ended.Output + ended.Error);
        var problem = ended.Json.GetProperty("problems").EnumerateArray().First();
        problem.GetProperty("what").GetString()!.ShouldContain(reason);
        problem.GetProperty("command").GetString()!.ShouldContain("podman.socket");
        ended.Json.TryGetProperty("sandbox", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_sandbox_that_does_not_exist_is_bad_usage_however_it_was_named()
    {
        foreach (var ended in new[] { await new Cli.Program(_workspace).RunAsync("doctor", "--sandbox", "jail"), await new Cli.Program(_workspace, "RUNPROOF_SANDBOX=jail").RunAsync("doctor") })
        {
            ended.ExitCode.ShouldBe(2);
            ended.Line.ShouldBe("no sandbox 'jail': there is bubblewrap, container");
        }
    }

    [Fact]
    public async Task What_listens_but_is_no_engine_is_told()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("runproof-socket-").FullName, "socket");
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        (await Should.ThrowAsync<SandboxException>(() => EngineClient.ConnectAsync(path, CancellationToken.None))).Message.ShouldContain($"the container engine at '{path}' does not answer");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}

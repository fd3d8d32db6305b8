using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

public abstract class SandboxFilesTests(string backend) : IAsyncLifetime
{
    private readonly Workbench _bench = new(backend: backend);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Files_are_written_and_read_byte_by_byte_whatever_their_names()
    {
        await using var sandbox = await _bench.SandboxAsync(null, _bench.Layer("base", ("testbed/there.txt", "old\n")));
        byte[] all = [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)];
        foreach (var path in new[] { "new/folder/it's \"odd\" $x\n.bin", "/tmp/-n", "there.txt" })
        {
            await sandbox.WriteFileAsync(path, all);
            (await sandbox.ReadFileAsync(path)).ShouldBe(all);
        }

        await sandbox.WriteFileAsync("there.txt", "");
        Encoding.UTF8.GetString(await sandbox.ReadFileAsync("/testbed/there.txt")).ShouldBe("");
    }

    [Fact]
    public async Task What_cannot_be_read_or_written_says_why()
    {
        await using var sandbox = await _bench.SandboxAsync(new(OutputBytes: 1000));
        (await Should.ThrowAsync<IOException>(() => sandbox.ReadFileAsync("absent"))).Message.ShouldContain("No such file");
        (await Should.ThrowAsync<IOException>(() => sandbox.WriteFileAsync("/usr/bin/x", "x"))).Message.ShouldContain("Read-only");
        await sandbox.WriteFileAsync("large", new byte[1001]);
        (await Should.ThrowAsync<IOException>(() => sandbox.ReadFileAsync("large"))).Message.ShouldContain("1001 bytes");
    }
}

public sealed class BubblewrapFilesTests() : SandboxFilesTests(SandboxBackends.Bubblewrap);

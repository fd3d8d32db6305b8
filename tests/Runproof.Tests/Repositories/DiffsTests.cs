using Runproof.Repositories;

namespace Runproof.Tests.Repositories;

public sealed class DiffsTests : IAsyncDisposable
{
    private readonly Workbench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Windows_line_ends_stay()
    {
        var diff = await Diffs.BetweenAsync("a.py", "a = 1\r\nb = 2\r\n"u8.ToArray(), "a = 1\r\nb = 3\r\n"u8.ToArray(), UnixFileMode.UserRead | UnixFileMode.UserWrite, _bench.Root, TestContext.Current.CancellationToken);
        diff.ShouldEndWith(" a = 1\r\n-b = 2\r\n+b = 3\r\n");
    }
}

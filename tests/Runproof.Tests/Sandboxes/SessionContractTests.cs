using System.Text;
using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

/// <summary>What every back end promises of sessions.</summary>
public abstract class SessionContractTests(string backend) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Workbench _bench = new(backend: backend);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers with what was asked and how often; "die" ends it, "sleep" keeps it busy.</summary>
    private const string Counting = """
        n=0
        while read -r nonce length; do
            request=$(head -c "$length")
            n=$((n + 1))
            [ "$request" = die ] && { echo 'last words' >&2; exit 3; }
            [ "$request" = sleep ] && sleep 60
            echo "$n $request"
            printf %s "$nonce"
        done
        """;

    private static Task<ISandboxSession> StartAsync(ISandbox sandbox, string script = Counting) => sandbox.StartAsync(ExecRequest.Shell(script, TimeSpan.Zero));

    private static async Task<string> AskAsync(ISandboxSession session, string request, TimeSpan? wall = null) => (await session.AskAsync(Encoding.UTF8.GetBytes(request), wall ?? Patience)).Text;

    [Fact]
    public async Task One_process_answers_one_request_after_another_and_the_sandbox_goes_on_after_it()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await using (var session = await StartAsync(sandbox))
        {
            (await AskAsync(session, "a")).ShouldBe("1 a\n");
            var large = new string('x', 500_000);
            (await AskAsync(session, large)).Length.ShouldBeLessThan(500_000, "the output is capped");
            (await AskAsync(session, "c")).ShouldBe("3 c\n");
        }

        (await sandbox.ExecuteAsync(ExecRequest.Shell("echo on", Patience))).Output.Text.ShouldBe("on\n");
    }

    [Fact]
    public async Task An_end_a_silence_and_a_request_that_is_too_large_are_told()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await using (var session = await StartAsync(sandbox))
        {
            (await Should.ThrowAsync<SandboxException>(() => AskAsync(session, new string('x', 2 << 20)))).Message.ShouldContain("too large");
            (await Should.ThrowAsync<SandboxException>(() => AskAsync(session, "die"))).Message.ShouldContain("last words");
            await Should.ThrowAsync<SandboxException>(() => AskAsync(session, "again"));
        }

        await using (var session = await StartAsync(sandbox))
        {
            (await Should.ThrowAsync<SandboxException>(() => AskAsync(session, "sleep", TimeSpan.FromSeconds(0.5)))).Message.ShouldContain("did not answer");
            await Should.ThrowAsync<SandboxException>(() => AskAsync(session, "again"));
        }
    }

    [Fact]
    public async Task A_session_that_is_cancelled_or_disposed_of_at_once_leaves_nothing()
    {
        await using var sandbox = await _bench.SandboxAsync();
        await using (await StartAsync(sandbox)) { }
        await using (var session = await StartAsync(sandbox))
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
            await Should.ThrowAsync<OperationCanceledException>(() => session.AskAsync("sleep"u8.ToArray(), Patience, cancel.Token));
        }

        (await sandbox.ExecuteAsync(ExecRequest.Shell("ls /proc | grep -c '^[0-9]'", Patience))).Output.Text.Trim().ShouldBeOneOf("3", "4", "5");
    }
}

public sealed class BubblewrapSessionTests() : SessionContractTests(SandboxBackends.Bubblewrap);

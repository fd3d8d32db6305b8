using Runproof.Sandboxes;

namespace Runproof.Tests.Sandboxes;

/// <summary>Runs hostile Python in a sandbox, and an honest neighbour beside it.</summary>
internal static class HostileCode
{
    /// <summary>For each attack, given as a name and a statement, a line: <c>NAME: error of the system</c>, or <c>NAME: SUCCEEDED</c> and what it gave.</summary>
    private const string Prelude = """
        import ctypes, errno, fcntl, os, signal, socket, subprocess, sys, time
        libc = ctypes.CDLL(None, use_errno=True)
        numbers = {"x86_64": 0, "aarch64": 1}[os.uname().machine]

        def checked(result):
            if result < 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
            return result

        def call(numbers_of_it, *arguments):
            return checked(libc.syscall(numbers_of_it[numbers], *(ctypes.c_ulong(it) if isinstance(it, int) else it for it in arguments)))

        def attack(name, function):
            try:
                result = function()
            except OSError as error:
                print("%s: %s" % (name, errno.errorcode.get(error.errno, error)), flush=True)
            else:
                print("%s: SUCCEEDED %r" % (name, result), flush=True)

        def write(path, text):
            with open(path, "w") as file:
                return file.write(text)

        def read(path):
            with open(path, "rb") as file:
                return file.read(64)

        """;

    public static ExecRequest Request(string python, int seconds = 60) => new(["/usr/bin/python3", "-c", Prelude + python], TimeSpan.FromSeconds(seconds));

    /// <summary>What each attack of the script came to: name → error, or <c>SUCCEEDED …</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> AttackAsync(this ISandbox sandbox, string python)
    {
        var result = await sandbox.ExecuteAsync(Request(python));
        result.Succeeded.ShouldBeTrue($"the script itself must not break: {result.Error.Text}");
        return result.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(part => part[0], part => part[1]);
    }

    /// <summary>All attacks of the script fail, and each for its reason.</summary>
    public static async Task IsRefusedAsync(this ISandbox sandbox, string python, params string[] errors)
    {
        var outcomes = await sandbox.AttackAsync(python);
        outcomes.ShouldNotBeEmpty();
        outcomes.Where(outcome => !errors.Contains(outcome.Value)).Select(outcome => $"{outcome.Key}: {outcome.Value}").ShouldBeEmpty();
    }

    /// <summary>
    /// Plays the attack in one sandbox while another does a fixed piece of work three times, and says how much longer that usually (the median) took than on its own: an attack goes on slowing, where the machine itself stood still for a while it does not do so twice.
    /// The attack has begun before the work does, and goes on until it is done.
    /// </summary>
    public static async Task<double> SlowdownAsync(this Workbench bench, SandboxLimits limits, string python)
    {
        await using var neighbour = await bench.SandboxAsync();
        var alone = await WorkAsync(neighbour);
        await using var hostile = await bench.SandboxAsync(limits);
        using var over = new CancellationTokenSource();
        var attack = hostile.ExecuteAsync(Request(python, 120), over.Token);
        await Task.Delay(TimeSpan.FromSeconds(2));
        double[] beside = [await WorkAsync(neighbour), await WorkAsync(neighbour), await WorkAsync(neighbour)];
        await over.CancelAsync();
        try
        {
            await attack;
        }
        catch (OperationCanceledException)
        {
            // As meant: an attack that lasts until it is ended.
        }

        (await hostile.ExecuteAsync(ExecRequest.Shell("echo alive", TimeSpan.FromSeconds(60)))).Output.Text.ShouldBe("alive\n");
        return beside.Order().ElementAt(1) / Math.Max(alone, 0.3);
    }

    private static async Task<double> WorkAsync(ISandbox sandbox)
    {
        var result = await sandbox.ExecuteAsync(new(["/usr/bin/python3", "-c", "import hashlib\nfor i in range(300):\n    hashlib.sha256(bytes(1 << 20)).digest()"], TimeSpan.FromSeconds(120)));
        result.Succeeded.ShouldBeTrue();
        return result.Elapsed.TotalSeconds;
    }
}

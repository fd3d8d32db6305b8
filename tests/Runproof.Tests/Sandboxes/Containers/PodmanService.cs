using System.Diagnostics;
using System.Globalization;
using Runproof.Sandboxes;
using Runproof.Sandboxes.Containers;

namespace Runproof.Tests.Sandboxes.Containers;

/// <summary>
/// podman's Docker API, started once for all tests that need a container engine, with storage of its own, and ended with this process. Where <c>DOCKER_HOST</c> names an engine, that one is tested instead.
/// </summary>
internal static class PodmanService
{
    /// <summary>Two things stop crun on some machines: a hybrid control group tree, and a hard limit of open files that root may not raise. Neither does any harm elsewhere.</summary>
    private const string Script = """
        umount /sys/fs/cgroup/unified 2>/dev/null
        cd "$1" || exit 1
        printf '[containers]\ncgroups="%s"\ndefault_ulimits=["nofile=1024:1024","nproc=1024:1024"]\nnetns="none"\nlog_driver="none"\n[engine]\ncgroup_manager="cgroupfs"\n' "$2" >containers.conf
        export CONTAINERS_CONF="$1/containers.conf"
        exec podman --root "$1/root" --runroot "$1/run" --tmpdir "$1/tmp" system service --time=0 "unix://$1/api.sock"
        """;

    private const string Prefix = "runproof-podman-";
    private static readonly Lazy<Task<string?>> Started = new(StartAsync);

    /// <summary>Skips the test where there is no engine, and says why.</summary>
    public static async ValueTask RequireAsync()
    {
        var problem = await Started.Value;
        Assert.SkipWhen(problem is not null, "no container engine: " + problem);
    }

    /// <returns>Why there is none; null where there is.</returns>
    private static async Task<string?> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(EngineAddress.Variable) is { Length: > 0 }) return await ProblemAsync();
        if (!Libc.IsRoot) return "only root can be sure to run podman in a test";
        if (!(await HostProcess.RunAsync(new("podman", ["--version"]))).Succeeded) return "podman is not installed: apt-get install podman crun";
        RemoveStale();
        var folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        string? problem = null;
        foreach (var groups in new[] { "enabled", "disabled" })
        {
            var service = await Launcher.StartAsync(new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "setpriv", "--pdeathsig", "KILL", "sh", "-c", Script, "sh", folder, groups])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            });
            AppDomain.CurrentDomain.ProcessExit += (_, _) => End(service, folder);
            _ = service.StandardOutput.ReadToEndAsync();
            var errors = service.StandardError.ReadToEndAsync();
            var socket = Path.Combine(folder, "api.sock");
            for (var i = 0; i < 300 && !File.Exists(socket) && !service.HasExited; i++) await Task.Delay(100);
            if (service.HasExited) return "podman's service ended: " + await errors;
            Environment.SetEnvironmentVariable(EngineAddress.Variable, "unix://" + socket);
            if ((problem = await ProblemAsync()) is null) return null;
            Environment.SetEnvironmentVariable(EngineAddress.Variable, null);
            service.Kill();
            await service.WaitForExitAsync();
            File.Delete(socket);
        }

        return problem;
    }

    private static async Task<string?> ProblemAsync()
    {
        await using var bench = new Workbench(backend: SandboxBackends.Container);
        try
        {
            await bench.Sandboxes.ProbeAsync();
            return null;
        }
        catch (SandboxException error)
        {
            return error.Message;
        }
    }

    private static void RemoveStale()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(folder)[Prefix.Length..].Split('-')[0])) WorkspaceFolders.Delete(folder);
        }
    }

    /// <summary>Its containers are removed by the tests; its mounts go with its mount namespace.</summary>
    private static void End(Process service, string folder)
    {
        if (!service.HasExited) service.Kill();
        service.WaitForExit(5000);
        try
        {
            WorkspaceFolders.Delete(folder);
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder} waits for the next run: {error.Message}"));
        }
    }
}

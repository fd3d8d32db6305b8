using System.Text.Json;
using Runproof.Sandboxes;

namespace Runproof.Tests.Tasks;

/// <param name="Reward">Null where the verifier wrote none.</param>
internal sealed record HarborEnding(string? Reward, string Reason, string Detail, string Log);

/// <summary>
/// Does with an exported task what a container engine does with its Dockerfile, on the system of this machine in place of the base image: everything is written to a layer in memory that
/// goes when the run ends. No engine, no image and no network are needed; Debian's packages are there already.
/// </summary>
internal static class HostContainer
{
    private const string Script = """
        set -e
        busybox ip link set lo up
        task=$1 work=$2
        mount -t tmpfs none "$work"
        mkdir "$work/upper" "$work/work" "$work/root"
        mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
        cd "$work/root"
        mount -t proc proc proc
        mount --bind /dev dev
        mkdir -p runproof/image
        cp -r "$task/environment/." runproof/image/
        chroot . sh /runproof/image/setup.sh
        mkdir -p logs/verifier
        chmod 777 logs/verifier
        cp -r "$task/solution" solution
        cat >answer.sh
        chmod 755 answer.sh
        chroot --userspec=runner . env -i PATH=/usr/bin:/bin HOME=/home/runner sh -c 'cd /testbed && sh /answer.sh'
        rm -rf solution answer.sh
        cp -r "$task/tests" tests
        chroot . sh /tests/test.sh >&2 || echo "test.sh ended with $?" >&2
        echo "$(cat logs/verifier/reward.txt 2>/dev/null)"
        cat logs/verifier/verdict.json 2>/dev/null || echo '{"reason":"","detail":""}'
        """;

    /// <param name="answer">A shell script that an agent runs in the repository.</param>
    public static async Task<HarborEnding> GradeAsync(string task, string answer, string scratch, CancellationToken cancel)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount a root file system");
        var work = Directory.CreateDirectory(Path.Combine(scratch, Guid.NewGuid().ToString("N"))).FullName;
        var ended = await HostProcess.RunAsync(
            new("unshare", ["--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", "--propagation", "private", "sh", "-c", Script, "sh", task, work], Input: answer + "\n", WallTime: TimeSpan.FromMinutes(3)), cancel);
        Assert.SkipWhen(ended.Error.Contains("mount: ", StringComparison.Ordinal) || ended.Error.Contains("unshare: ", StringComparison.Ordinal), "no file system can be mounted here: " + ended.Error);
        ended.ExitCode.ShouldBe(0, ended.Error);
        var parts = ended.Output.Split('\n', 2);
        var verdict = JsonDocument.Parse(parts[1]).RootElement;
        return new(parts[0].Length > 0 ? parts[0] : null, verdict.GetProperty("reason").GetString()!, verdict.GetProperty("detail").GetString()!, ended.Error);
    }
}

using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Tasks;

/// <summary>
/// An exported task built and graded by a container engine. No registry and no Debian mirror are asked: the base image is made from this machine's own packages, and has an
/// <c>apt-get</c> that knows that everything is there.
/// </summary>
public class PodmanTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    /// <summary>$1: work folder, $2: exported task. Prints the reward of no answer and of the reference solution.</summary>
    private const string Script = """
        set -e
        umount /sys/fs/cgroup/unified 2>/dev/null || true
        cd "$1"
        printf '[containers]\ncgroups="disabled"\ndefault_ulimits=["nofile=1024:1024","nproc=1024:1024"]\nnetns="none"\nlog_driver="none"\n' >containers.conf
        export CONTAINERS_CONF="$1/containers.conf"
        work=$1
        trap 'podman rm --all --force --time 0 >/dev/null 2>&1' EXIT
        podman() { command podman --root "$work/root" --runroot "$work/run" "$@"; }

        packages=$(dpkg-query -W -f '${Essential} ${Package}\n' | sed -n 's/^yes //p'; echo passwd git python3 python3-pytest python3-coverage)
        packages=$(apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances $packages | grep '^[a-z0-9]' | sort -u)
        dpkg-query -L $packages 2>/dev/null | grep '^/' | grep -v '^/usr/share/\(doc\|man\|locale\|info\)/' | sed -E 's,^/(bin|sbin|lib|lib64)/,/usr/\1/,' | sort -u >list
        mkdir -p extra/usr/local/bin extra/tmp extra/root
        chmod 1777 extra/tmp
        for name in bin sbin lib lib64; do ln -s usr/$name extra/$name; done
        mkdir extra/etc extra/var extra/proc extra/sys extra/dev extra/run extra/home
        printf 'root:x:0:0::/root:/bin/sh\n' >extra/etc/passwd
        printf 'root:x:0:\n' >extra/etc/group
        printf 'root:*:1::::::\n' >extra/etc/shadow
        cp /etc/ld.so.cache /etc/login.defs extra/etc/
        printf '#!/bin/sh\nexit 0\n' >extra/usr/local/bin/apt-get
        chmod 755 extra/usr/local/bin/apt-get
        while IFS= read -r path; do [ -d "$path" ] && [ ! -L "$path" ] || [ ! -e "$path" ] && [ ! -L "$path" ] || case $path in /usr/*) echo "${path#/}";; esac; done <list >files
        tar --create --file root.tar --directory / --files-from files
        tar --append --file root.tar --directory extra .
        podman import --quiet root.tar localhost/base >/dev/null

        podman build --quiet --network=none --pull-never --build-arg BASE=localhost/base --tag task "$2/environment" >&2
        for answer in : 'sh /solution/solve.sh'; do
          podman run --detach --name try task sleep 600 >/dev/null
          podman cp "$2/solution" try:/solution
          podman exec --user runner try sh -c "cd /testbed && $answer"
          podman exec try rm -rf /solution
          podman cp "$2/tests" try:/tests
          podman exec try sh /tests/test.sh >&2
          podman exec try cat /logs/verifier/reward.txt
          podman rm --force --time 0 try >/dev/null
        done
        """;

    [Fact]
    public async Task No_answer_gets_0_and_the_solution_1()
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.SkipUnless(Environment.UserName == "root", "only root can be sure to run podman in a test");
        Assert.SkipUnless((await HostProcess.RunAsync(new("podman", ["--version"]), cancel)).Succeeded, "podman is not installed: apt-get install podman crun");
        var task = await new WrapTask(sample).TaskAsync();
        new TaskTable(sample.Workspace).Add(task, "test");
        var folder = Path.Combine(sample.Workspace.Root, "harbor");
        await new HarborExport(sample.Workspace, SilentLog.Instance).WriteAsync([task], folder, cancel);
        var work = Directory.CreateTempSubdirectory("runproof-podman").FullName;
        try
        {
            var ended = await HostProcess.RunAsync(
                new("unshare", ["--mount", "--propagation", "private", "sh", "-c", Script, "sh", work, Path.Combine(folder, HarborExport.NameOf(task))], WallTime: TimeSpan.FromMinutes(9)), cancel);

            // Where the engine cannot start any container there is nothing to learn about the export.
            Assert.SkipWhen(!ended.Succeeded && (ended.Error.Contains("OCI runtime", StringComparison.Ordinal) || ended.Error.Contains("cgroup", StringComparison.Ordinal)), "podman does not run here: " + ended.LastErrorLine);
            ended.ExitCode.ShouldBe(0, ended.Error);
            ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^2..].ShouldBe(["0", "1"], ended.Error);
        }
        finally
        {
            WorkspaceFolders.Delete(work);
        }
    }
}

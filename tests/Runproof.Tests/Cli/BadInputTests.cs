using System.Diagnostics;

namespace Runproof.Tests.Cli;

/// <summary>Bad input gets one clear line, the right exit code, and leaves nothing behind.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    private Program Program => new(Path.Combine(_bench.Root, "work space"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private string Repository(params (string Path, string Content)[] files)
    {
        var folder = Path.Combine(_bench.Root, "a repo's \"name\"");
        Directory.CreateDirectory(folder);
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), content);
        }

        Git(folder, "init", "-q", ".");
        if (files.Length == 0) return folder;
        Git(folder, "add", "-A");
        Git(folder, "commit", "-q", "-m", "x");
        return folder;
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", "user.name=t", "-c", "user.email=t@t", .. arguments]) { WorkingDirectory = folder })!;
        git.WaitForExit();
        git.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_path_that_does_not_exist()
    {
        var ending = await Program.RunAsync("inject", "/no/such/place");
        (ending.ExitCode, ending.Line).ShouldBe((2, "'/no/such/place' does not exist: give the path or URL of a Git repository"));
    }

    [Fact]
    public async Task A_folder_that_is_no_repository()
    {
        var ending = await Program.RunAsync("inject", _bench.Root);
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldContain("is not a Git repository");
    }

    [Fact]
    public async Task A_repository_without_commits()
    {
        var ending = await Program.RunAsync("env", "build", Repository());
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldEndWith("has no commits: commit something first");
    }

    [Fact]
    public async Task Programs_that_a_repository_brings_are_not_run_where_it_is_the_current_folder()
    {
        const string script = "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran-$(basename \"$0\")\"\nexit 1\n";
        var folder = Repository([.. new[] { "git", "test", "bwrap", "unshare", "setpriv", "busybox", "sh", "cp", "ast-grep" }.Select(name => (name, script))]);
        foreach (var file in Directory.EnumerateFiles(folder)) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var program = new Program(Path.Combine(_bench.Root, "work space"), $"--chdir={folder}");
        (await program.RunAsync("inject", ".")).Line.ShouldStartWith("no test files found");
        await program.RunAsync("doctor");
        Directory.EnumerateFiles(folder, "ran-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repository_without_tests()
    {
        var ending = await Program.RunAsync("inject", Repository(("main.py", "x = 1\n")));
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldStartWith("no test files found for any known language (Bash, C, C++, C#, Elixir, Go, Java, JavaScript, Lua, PHP, Python, Ruby, Rust): ");
    }

    [Fact]
    public async Task Tests_that_all_fail_at_baseline()
    {
        var ending = await Program.RunAsync("inject", Repository(("m.py", "x = 1\n"), ("test_m.py", "def test_a():\n    assert 1 == 2\n")));
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldStartWith("no test passes at baseline: 1 reported, for example 'test_m.py::test_a': ");
    }

    [Fact]
    public async Task A_test_file_that_cannot_be_imported()
    {
        var ending = await Program.RunAsync("inject", Repository(("m.py", "x = 1\n"), ("test_m.py", "import no_such_module_anywhere\n")));
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldContain("No module named 'no_such_module_anywhere'");
    }

    [Fact]
    public async Task A_suite_that_hangs_is_cut()
    {
        var ending = await Program.RunAsync("inject", Repository(("m.py", "x = 1\n"), ("test_m.py", "def test_a():\n    while True:\n        pass\n"), ("runproof.toml", "suite_seconds = 3\n")));
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldStartWith("the test suite did not end within 3 s");
    }

    [Fact]
    public async Task A_suite_that_forks_and_fills_the_disk_harms_nobody_and_the_rest_goes_on()
    {
        const string tests = """
            import os

            def test_good():
                from m import double
                assert double(2) == 4

            def test_forks():
                children = []
                try:
                    while len(children) < 5000:
                        child = os.fork()
                        if child == 0:
                            import time
                            time.sleep(60)
                            os._exit(0)
                        children.append(child)
                finally:
                    for child in children:
                        os.kill(child, 9)

            def test_writes():
                with open("big", "wb") as out:
                    for _ in range(2048):
                        out.write(bytes(1 << 20))
            """;
        var ending = await Program.RunAsync("inject", Repository(("m.py", "def double(x):\n    return x + x\n\n\ndef half(x):\n    return x - 1\n"), ("test_m.py", tests)), "--json", "--count", "2");
        ending.ExitCode.ShouldBe(0, ending.Error);
        var environment = await Program.RunAsync("env", "show", ending.Json.GetProperty("environment").GetString()!, "--json");
        environment.Json.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("id").GetString()).ShouldBe(["test_m.py::test_good"]);
        environment.Json.GetProperty("quarantined").GetArrayLength().ShouldBe(2);
        Directory.EnumerateFileSystemEntries(Path.Combine(_bench.Root, "work space", "tmp")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("'frobnicate' is not known: see 'runproof --help'", "frobnicate")]
    [InlineData("'--cuont' is not known: see 'runproof inject --help'", "inject", "x", "--cuont", "3")]
    [InlineData("'--frob' is not known: see 'runproof env build --help'", "env", "build", "--frob")]
    public async Task A_misspelt_word_is_named(string line, params string[] arguments)
    {
        var ending = await Program.RunAsync(arguments);
        (ending.ExitCode, ending.Line).ShouldBe((2, line));
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("inject", "x", "--count", "0")]
    [InlineData("inject", "x", "--count", "many")]
    [InlineData("tasks", "export", "--format", "nonsense", "--out", "x")]
    [InlineData("tasks", "show", "no-such-task")]
    [InlineData("tasks", "export", "--format", "harbor", "--out", "x")]
    [InlineData("operators", "list", "--language", "cobol")]
    [InlineData("verify")]
    public async Task Bad_usage(params string[] arguments)
    {
        var ending = await Program.RunAsync(arguments);
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldNotBeEmpty();
        ending.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mistake_in_the_options_file()
    {
        var ending = await Program.RunAsync("env", "build", Repository(("test_m.py", "def test_a():\n    pass\n"), ("runproof.toml", "langauge = 'python'\n")));
        (ending.ExitCode, ending.Line[..41]).ShouldBe((2, "runproof.toml: unknown key 'langauge': kn"));
    }

    [Fact]
    public async Task A_shallow_clone_works_and_says_so()
    {
        var origin = Repository(("m.py", "def f():\n    return 1\n"), ("test_m.py", "from m import f\n\n\ndef test_a():\n    assert f() == 1\n"));
        File.AppendAllText(Path.Combine(origin, "m.py"), "\n");
        Git(origin, "commit", "-q", "-a", "-m", "y");
        Git(_bench.Root, "clone", "-q", "--depth", "1", "file://" + origin, "shallow");
        var ending = await Program.RunAsync("env", "build", Path.Combine(_bench.Root, "shallow"), "--json");
        ending.ExitCode.ShouldBe(0, ending.Error);
        ending.Error.ShouldContain("shallow clone");
        ending.Json.GetProperty("tests_passed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_disk_that_fills_up_stops_the_run_and_the_next_one_goes_on()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount a small file system");
        var small = Directory.CreateDirectory(Path.Combine(_bench.Root, "small")).FullName;
        var repository = Repository(("m.py", "def capped(x):\n    if x > 5:\n        return 5\n    return x + 1\n"), ("test_m.py", "from m import capped\n\n\ndef test_a():\n    assert capped(3) == 4\n\n\ndef test_b():\n    assert capped(9) == 5\n"));
        Mount("-t", "tmpfs", "-o", "size=72m", "none", small);
        try
        {
            var program = new Program(Path.Combine(small, "workspace"));
            (await program.RunAsync("env", "build", repository)).ExitCode.ShouldBe(0);
            var ballast = Path.Combine(small, "ballast");
            File.WriteAllBytes(ballast, new byte[16 << 20]);
            var full = await program.RunAsync("inject", repository, "--count", "2");
            full.ExitCode.ShouldBe(3);
            full.Line.ShouldStartWith("the disk is full at ");
            File.Delete(ballast);
            var ending = await program.RunAsync("inject", repository, "--count", "2", "--json");
            ending.ExitCode.ShouldBe(0, ending.Error);
            ending.Json.GetProperty("judged").GetInt32().ShouldBeGreaterThan(0);
        }
        finally
        {
            using var unmounting = Process.Start("umount", [small]);
            await unmounting.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static void Mount(params string[] arguments)
    {
        using var mounting = Process.Start("mount", arguments);
        mounting.WaitForExit();
        Assert.SkipUnless(mounting.ExitCode == 0, "no file system can be mounted here");
    }

    [Fact]
    public async Task A_workspace_that_is_read_only()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount a read-only file system");
        var still = Directory.CreateDirectory(Path.Combine(_bench.Root, "still")).FullName;
        Mount("-t", "tmpfs", "-o", "ro", "none", still);
        try
        {
            var ending = await new Program(Path.Combine(still, "workspace")).RunAsync("env", "build", _bench.Root);
            ending.ExitCode.ShouldBe(2);
            ending.Line.ShouldContain("cannot be written");
        }
        finally
        {
            using var unmounting = Process.Start("umount", [still]);
            await unmounting.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_workspace_that_cannot_be_made()
    {
        File.WriteAllText(Path.Combine(_bench.Root, "file"), "");
        var ending = await new Program(Path.Combine(_bench.Root, "file", "inside")).RunAsync("env", "build", _bench.Root);
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldContain("cannot be written");
    }
}

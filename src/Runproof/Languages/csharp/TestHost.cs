using System.Diagnostics;
using System.IO.Pipes;

/// <summary>A process (see <c>HostProgram</c>) that has the framework of a test project loaded, and runs its tests with one changed assembly after another.</summary>
internal sealed class TestHost(string assembly)
{
    /// <summary>Assemblies that were loaded are never given back.</summary>
    private const int MostRuns = 60;

    private readonly string _folder = Path.GetDirectoryName(assembly)!;
    private Process? _process;
    private NamedPipeServerStream? _pipe;
    private StreamReader? _answers;
    private int _runs;

    private bool IsOwn => File.Exists(Path.Combine(_folder, "xunit.v3.core.dll"));

    public void Start()
    {
        if (IsOwn || _process is not null) return;
        var program = Path.Combine(_folder, "runproof.host.dll");

        // Beside the tests, so that they see their own folder as that of the program.
        if (!File.Exists(program)) File.Copy(Path.Combine(Tools.Home, "runproof.host.dll"), program);

        // A file, and not among the temporary ones, which are deleted between two runs.
        var name = Path.Combine(Tools.Home, $"host-{Guid.NewGuid():N}");
        _pipe = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var stem = Path.Combine(_folder, Path.GetFileNameWithoutExtension(assembly));
        string[] words = ["exec", "--runtimeconfig", stem + ".runtimeconfig.json", "--depsfile", stem + ".deps.json", program, name, assembly];
        _process = Tools.Start(words, new() { ["DOTNET_TieredPGO"] = "0" }, _folder, Console.WriteLine);
        _runs = 0;
    }

    /// <param name="images">Assembly → file with the one to load for it.</param>
    /// <param name="copies">The projects of the repository that the tests use.</param>
    /// <param name="until">When all must be over, as a time stamp.</param>
    public int Run(RunOfTests run, Dictionary<string, string> images, List<Compiler> copies, long until)
    {
        if (IsOwn) return RunOwn(run, images);
        Start();
        var settings = Path.ChangeExtension(run.Report, ".runsettings");
        File.WriteAllText(settings, run.Settings());
        List<string> lines =
        [
            $"report {run.Report}", $"timeouts {run.Timeouts}", $"settings {settings}", $"filter {run.Filter}", $"usual {Tools.Variable("RUNPROOF_TEST_SECONDS")}", .. run.FailFast ? new[] { "stop" } : [],
            .. images.Select(image => $"image {image.Key} {image.Value}"), .. copies.Select(copy => $"own {copy.Name}"), .. run.Limits.Select(line => $"limit {line}"),
            .. (run.Names ?? []).Select(name => $"name {name}"), .. run.Cut.Select(name => $"without {name}"), "",
        ];
        try
        {
            if (!_pipe!.IsConnected) _pipe.WaitForConnectionAsync().Wait(Left(until));
            _pipe.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
            _answers ??= new(_pipe);
            var answer = _answers.ReadLineAsync();
            var word = answer.Wait(Left(until)) ? answer.Result : throw new Cold("the tests do not end");
            if (++_runs >= MostRuns) Stop();
            if (word is not null && int.TryParse(word, out var code)) return code;
            Stop();
            return File.Exists(run.Timeouts) ? 1 : throw new Cold(word ?? "the test process ended");
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or AggregateException or Cold)
        {
            Stop();
            throw error as Cold ?? new Cold(error.Message);
        }
    }

    private static TimeSpan Left(long until) => TimeSpan.FromSeconds(Math.Max(0.001, (until - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency));

    /// <summary>Tests that are a program of their own find the changed assemblies in its folder.</summary>
    private int RunOwn(RunOfTests run, Dictionary<string, string> images)
    {
        var kept = images.Keys.ToDictionary(name => Path.Combine(_folder, name + ".dll"), name => File.ReadAllBytes(Path.Combine(_folder, name + ".dll")));
        foreach (var (name, image) in images) File.WriteAllBytes(Path.Combine(_folder, name + ".dll"), File.ReadAllBytes(image));
        try
        {
            return TestRun.Plain(assembly, run);
        }
        finally
        {
            foreach (var (file, bytes) in kept) File.WriteAllBytes(file, bytes);
        }
    }

    private void Stop()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
        _answers?.Dispose();
        _pipe?.Dispose();
        (_process, _answers, _pipe) = (null, null, null);
    }
}

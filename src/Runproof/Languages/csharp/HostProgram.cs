// The process of a test project that stays: HostProgram PIPE ASSEMBLY. Runs as the tests' own program would, with their configuration and from their folder; TestHost starts it and asks it by a named pipe:
// lines "WORD VALUE" up to an empty one, answered by a line that begins with the exit code of the run.
global using System;
global using System.Collections.Generic;
global using System.IO;
global using System.Linq;
global using System.Reflection;
global using System.Threading;
using System.Collections;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.Loader;

internal static class HostProgram
{
    public static int Main(string[] arguments)
    {
        var folder = Path.GetDirectoryName(arguments[1])!;

        // Adapters are no dependencies of the tests: they only lie beside them.
        AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(folder, name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        using var channel = new NamedPipeClientStream(".", arguments[0], PipeDirection.InOut);
        channel.Connect(30_000);
        var (requests, answers) = (new StreamReader(channel), new StreamWriter(channel) { AutoFlush = true });
        var (variables, culture) = (Environment.GetEnvironmentVariables(), (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture));
        while (HostRequest.Read(requests) is { } request)
        {
            string answer;
            try
            {
                answer = Run(arguments[1], request);
            }
            catch (Exception error)
            {
                answer = "cold " + error.ToString().ReplaceLineEndings(" ");
            }

            // What a test changed of the process.
            Directory.SetCurrentDirectory(folder);
            (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture) = culture;
            foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => !variables.Contains(name))) Environment.SetEnvironmentVariable(name, null);
            foreach (DictionaryEntry variable in variables) Environment.SetEnvironmentVariable((string)variable.Key, (string?)variable.Value);
            answers.WriteLine(answer);
        }

        return 0;
    }

    private static string Run(string assembly, HostRequest request)
    {
        var context = new HostContext(Path.GetDirectoryName(assembly)!, Path.GetFileNameWithoutExtension(assembly), request);
        using var results = new HostResults(request, () => context.HasAll);
        using (context.EnterContextualReflection())
        {
            if (Shared(assembly, "nunit.framework") is { } framework) HostNUnit.Run(framework, context.LoadFromAssemblyName(new(Path.GetFileNameWithoutExtension(assembly))), request, results);
            else HostAdapters.Run(assembly, context, request, results);
        }

        if (!context.HasAll) return "cold: an assembly of the repository was loaded outside of its context";
        if (results.All.Count == 0) return "cold: no test ran";
        File.WriteAllBytes(request["report"], Trx.Results(results.All));
        return results.HasFailed ? "1" : "0";
    }

    /// <summary>An assembly that lies beside the tests, loaded for all runs.</summary>
    private static Assembly? Shared(string tests, string name) => File.Exists(Path.Combine(Path.GetDirectoryName(tests)!, name + ".dll")) ? AssemblyLoadContext.Default.LoadFromAssemblyName(new(name)) : null;
}

/// <summary>What TestHost asks for.</summary>
internal sealed class HostRequest
{
    private readonly List<(string Word, string Value)> _lines = [];

    public string this[string word] => _lines.Find(line => line.Word == word).Value ?? "";

    public bool Stops => _lines.Exists(line => line.Word == "stop");

    /// <summary>Null at the end.</summary>
    public static HostRequest? Read(StreamReader reader)
    {
        var request = new HostRequest();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0) return request;
            var space = line.IndexOf(' ');
            request._lines.Add(space < 0 ? (line, "") : (line[..space], line[(space + 1)..]));
        }

        return null;
    }

    public IEnumerable<string> Values(string word) => _lines.Where(line => line.Word == word).Select(line => line.Value);

    public IEnumerable<(string First, string Second)> Pairs(string word) => Values(word).Where(value => value.Contains(' ')).Select(value => (value[..value.IndexOf(' ')], value[(value.IndexOf(' ') + 1)..]));

    /// <summary>As the filter says, for a test's full name.</summary>
    public bool Chooses(string name) => (!Values("name").Any() || Values("name").Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))) && !Values("without").Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}

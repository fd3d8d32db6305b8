using System.Globalization;
using System.Runtime.Loader;
using System.Security;
using System.Text.RegularExpressions;
using System.Xml.Linq;

/// <summary>
/// Runs the tests of an assembly by NUnit itself, over <c>NUnit.Framework.Api.FrameworkController</c>, which NUnit's engine uses too: its adapter for VSTest would load the assemblies in a way of its own.
/// </summary>
internal static class HostNUnit
{
    public static void Run(Assembly framework, Assembly tests, HostRequest request, HostResults results)
    {
        var settings = new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0, ["SynchronousEvents"] = true, ["WorkDirectory"] = Path.GetDirectoryName(tests.Location)! };
        var type = framework.GetType("NUnit.Framework.Api.FrameworkController", throwOnError: true)!;
        var controller = Activator.CreateInstance(type, tests, "0", settings)!;
        type.GetMethod("LoadTests", [])!.Invoke(controller, []);
        var stop = type.GetMethod("StopRun", [typeof(bool)])!;
        type.GetMethod("RunTests", [typeof(Action<string>), typeof(string)])!.Invoke(controller, [(string text) => Take(text, results, () => stop.Invoke(controller, [false])), Filter(request)]);
    }

    private static string Filter(HostRequest request)
    {
        static string Names(IEnumerable<string> names) => string.Concat(names.Select(name => $"<test re=\"1\">{SecurityElement.Escape("(?i)" + Regex.Escape(name))}</test>"));
        var (only, without) = (Names(request.Values("name")), Names(request.Values("without")));
        return $"<filter><and>{(only.Length > 0 ? $"<or>{only}</or>" : "")}{(without.Length > 0 ? $"<not><or>{without}</or></not>" : "")}</and></filter>".Replace("<and></and>", "");
    }

    private static void Take(string text, HostResults results, Action stop)
    {
        var isStart = text.StartsWith("<start-test ", StringComparison.Ordinal);
        if (!isStart && !text.StartsWith("<test-case ", StringComparison.Ordinal)) return;
        var told = XElement.Parse(text);
        var (name, full) = (told.Attribute("name")!.Value, told.Attribute("fullname")!.Value);
        if (isStart)
        {
            results.Start(TestIds.Of(TestIds.ClassOf(full), name));
            return;
        }

        results.End();
        var word = told.Attribute("result")!.Value switch { "Passed" => "Passed", "Failed" => "Failed", _ => "NotExecuted" };
        var time = TimeSpan.FromSeconds(double.Parse(told.Attribute("duration")?.Value ?? "0", CultureInfo.InvariantCulture));
        var failure = told.Element("failure");
        results.Add(new(TestIds.TypeOf(full, name), name, word, time, failure?.Element("message")?.Value ?? "", failure?.Element("stack-trace")?.Value ?? ""));
        if (results.IsEnough) stop();
    }
}

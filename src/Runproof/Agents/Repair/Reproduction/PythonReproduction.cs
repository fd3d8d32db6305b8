using System.Text.Json;
using Runproof.Environments;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>A Python script out of the examples of a statement: names are looked up in the repository, and what then behaves as it is told is kept.</summary>
internal static class PythonReproduction
{
    private const string Test = "reproduction", Script = $"{SuiteScripts.Folder}/{Test}.py";

    public static async Task<Goal?> FindAsync(Dialogue dialogue, SuiteScripts scripts, IReadOnlyList<Example> examples)
    {
        var asked = examples.Where(example => example.Code.Count > 0 && example.Kind != "other").Select(example => new { code = example.Code, kind = example.Kind, actual = example.Actual, expected = example.Expected }).ToList();
        if (asked.Count == 0) return null;
        var seen = await dialogue.ActAsync(
            "The statement tells examples. I turn them into a script that fails as they do: a script of mine looks up in the repository what they call.",
            $"mkdir -p {SuiteScripts.Folder}\n{SuiteScripts.Written("reproduce.py", SuiteScripts.Resource("reproduce.py"))}{scripts.Environment()}cd {scripts.Root}; timeout 25 python3 {SuiteScripts.Folder}/reproduce.py {SuiteScripts.Folder} <<'END_OF_EXAMPLES'\n{JsonSerializer.Serialize(asked)}\nEND_OF_EXAMPLES");
        if (!seen.Contains("examples reproduced:", StringComparison.Ordinal)) return null;
        var setUp = SuiteScripts.Written("decide.sh", $"{scripts.Environment()}cd {scripts.Root}\nexec python3 -c 'import os, sys; sys.path[:0] = [p for p in os.environ.get(\"RUNPROOF_SOURCE_ROOTS\", \"\").split(\":\") if p] + [os.getcwd()]; exec(compile(open(\"{Script}\").read(), \"{Script}\", \"exec\"), {{\"__name__\": \"__main__\"}})'");
        return new(
            setUp, [Test], $"{SuiteScripts.Written("trace.py", SuiteScripts.Resource("trace.py"))}{SuiteScripts.Written("measure_more.sh", $"{scripts.Environment()}cd {scripts.Root}\npython3 {SuiteScripts.Folder}/trace.py {Script} {TestCommand.Reach}")}",
            "The examples are reproduced. I run that script as it will decide from now on.");
    }
}

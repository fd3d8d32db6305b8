using System.Text.Json;
using Runproof.Environments;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>
/// A test for the repository's own runner out of the examples of a statement. What an example calls is looked up in the modules of the repository; a value that it does not tell is searched among texts that look like what should
/// come out, until the wrong result comes out as it is told.
/// </summary>
internal static class JavaScriptReproduction
{
    private const string Test = "reproduction", Kept = $"{SuiteScripts.Folder}/{Test}.txt", Told = "examples reproduced:";

    /// <summary>What a value looks like in a statement.</summary>
    private const string Show = "(value) => (typeof value === 'string' ? value : value && typeof value === 'object' && !(value instanceof RegExp) && String(value) === '[object Object]' || Array.isArray(value) ? JSON.stringify(value) : String(value))";

    public static async Task<Goal?> FindAsync(Dialogue dialogue, SuiteScripts scripts, Suite suite, IReadOnlyList<Example> examples)
    {
        var asked = examples.Where(example => example.Code.Count > 0 && example.Kind != "other").Select(example => new { code = example.Code, kind = example.Kind, actual = example.Actual, expected = example.Expected }).ToList();
        if (asked.Count == 0) return null;
        var patterns = string.Join(' ', suite.Profile.Extensions.Select(extension => $"'*{extension}'"));
        var listed = await dialogue.ActAsync(
            "The statement tells examples. I look which source files and tests there are, to write a test that fails as they do.",
            $"cd {scripts.Root}; git ls-files -- {patterns} | head -n 160; grep -m 1 -o '\"type\" *: *\"module\"' package.json");
        var files = listed.Split('\n').Where(line => suite.Profile.Extensions.Contains(Path.GetExtension(line))).ToList();
        var tests = files.Where(file => suite.Profile.Files.TestModule.Match(file)).ToList();
        List<string> product = [.. files.Where(suite.Profile.Files.IsProduct).OrderBy(file => Path.GetFileNameWithoutExtension(file) != "index").ThenBy(file => file.Count(one => one == '/')).Take(80)];
        if (product.Count == 0) return null;
        var place = Place(tests, product);
        var isModule = suite.Framework == "vitest" || Path.GetExtension(place) is ".mjs" or ".ts" or ".mts" or ".tsx" || (listed.Contains("\"module\"", StringComparison.Ordinal) && Path.GetExtension(place) != ".cjs");
        var search = Search(suite, place, product, JsonSerializer.Serialize(asked), isModule);
        var file = $"{scripts.Root}/{place}";
        var seen = await dialogue.ActAsync(
            "For now that test searches: it loads the modules, calls what the examples call, and keeps what behaves as they tell.",
            $"{scripts.Begin()}{scripts.Decide([$"{place} > search"])}mkdir -p {Path.GetDirectoryName(file)}\n{SuiteScripts.Written(file, search)}cd {scripts.Root}; rm -f {Kept}; timeout 28 sh {SuiteScripts.Folder}/decide.sh >{SuiteScripts.Folder}/out 2>&1; rm -f {file}; [ -f {Kept} ] && head -c 6000 {Kept} || tail -c 800 {SuiteScripts.Folder}/out");
        if (!seen.Contains(Told, StringComparison.Ordinal)) return null;
        return new($"tail -n +2 {Kept} >{file}\n{scripts.Decide([$"{place} > {Test}"])}", [$"{place} > {Test}"], "", $"The examples are reproduced. I keep them as {place} while I work, and run it.");
    }

    /// <summary>A name for the test that its runner takes for one: that of another test, or the usual one.</summary>
    private static string Place(List<string> tests, List<string> product)
    {
        var model = tests.Where(test => !test.Contains("fixture", StringComparison.OrdinalIgnoreCase) && !test.EndsWith(".d.ts", StringComparison.Ordinal)).OrderByDescending(test => test.Contains(".test.", StringComparison.Ordinal) || test.Contains(".spec.", StringComparison.Ordinal)).ThenBy(test => test.Count(one => one == '/')).FirstOrDefault();
        if (model is null) return $"test/{Test}.test{Path.GetExtension(product[0])}";
        var name = Path.GetFileName(model);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return Path.Combine(Path.GetDirectoryName(model)!, Test + name[dot..]);
    }

    private static string Search(Suite suite, string place, List<string> product, string examples, bool isModule)
    {
        var folder = "/" + Path.GetDirectoryName(place);
        var paths = product.Select(file => Path.GetRelativePath(folder, "/" + file)).Select(path => path.StartsWith('.') ? path : "./" + path);
        var (test, head) = suite.Framework switch
        {
            "vitest" => ("test", "import { test } from 'vitest';"),
            "node:test" => ("test", isModule ? "import test from 'node:test';" : "const test = require('node:test');"),
            "mocha" => ("it", ""),
            _ => ("test", ""),
        };
        var begin = isModule ? "import { createRequire as create_ } from 'node:module';\nconst require_ = create_(import.meta.url);\nconst load = (file) => import(/* @vite-ignore */ file);\n" : "const require_ = require;\nconst load = async (file) => require(file);\n";
        return $"{head}\n{begin}" + SuiteScripts.Resource("reproduce.js")
            .Replace("{files}", JsonSerializer.Serialize(paths), StringComparison.Ordinal).Replace("{examples}", examples, StringComparison.Ordinal).Replace("{show}", Show, StringComparison.Ordinal)
            .Replace("{isModule}", isModule ? "true" : "false", StringComparison.Ordinal).Replace("{head}", $"\"{head}\"", StringComparison.Ordinal).Replace("{test}('search', main, 20000)", test == "it" ? "it('search', function () { this.timeout(20000); return main(); })" : suite.Framework == "node:test" ? "test('search', main)" : "test('search', main, 20000)", StringComparison.Ordinal).Replace("{test}", test, StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>A Go test in the package itself out of the examples of a statement. Those that do not compile as they stand (helpers of hidden tests) are left out.</summary>
internal static partial class GoReproduction
{
    private const string File = "zz_reproduction_test.go";

    public static async Task<Goal?> FindAsync(Dialogue dialogue, SuiteScripts scripts, IReadOnlyList<Example> examples)
    {
        List<GoExample> asked = [.. examples.Select(GoExample.Of).OfType<GoExample>()];
        if (asked.Count == 0) return null;

        // One that does not compile would take the others with it, so each is tried by itself.
        var parts = asked.Select((example, number) => SuiteScripts.Written($"try{number}.go", Source([example], $"{example.Search(number)}func TestReproduction(t *testing.T) {{\n{example.Calls(number)}}}\n")));
        var file = $"{scripts.Root}/{File}";
        var seen = await dialogue.ActAsync(
            "The statement tells examples. I write them as tests of the package and look which behave as they are told.",
            $"mkdir -p {SuiteScripts.Folder} && cd {SuiteScripts.Folder}\n{string.Concat(parts)}{scripts.Environment()}cd {scripts.Root}; package=$(sed -n 's/^package \\(\\w*\\).*/\\1/p' $(git ls-files '*.go' | grep -v / | grep -v _test.go | head -n 1) | head -n 1); echo \"package $package $(go list .)\"\nfor one in {SuiteScripts.Folder}/try*.go; do sed \"s/^package .*/package $package/\" $one >{file}; timeout 25 go test -v -vet=off -count=1 -run '^TestReproduction$' . 2>&1 | grep -aE '^reproduction|\\.go:[0-9]+:[0-9]+' | head -n 12; done; rm -f {file}");
        if (Package().Match(seen) is not { Success: true } package) return null;
        List<string> functions = [], checks = [];
        List<GoExample> used = [];
        for (var number = 0; number < asked.Count; number++)
        {
            var outcomes = Outcome().Matches(seen).Where(match => match.Groups["number"].Value == number.ToString(CultureInfo.InvariantCulture)).DistinctBy(match => match.Groups["place"].Value)
                .ToDictionary(match => int.Parse(match.Groups["place"].Value, CultureInfo.InvariantCulture), match => Read(match.Groups["outcome"].Value));
            if (asked[number].Check(number, outcomes) is not { } check) continue;
            functions.Add(asked[number].Search(number));
            checks.Add(check);
            used.Add(asked[number]);
        }

        if (used.Count == 0) return null;
        var test = Source(used, $"{string.Concat(functions)}func TestReproduction(t *testing.T) {{\n{string.Concat(checks)}}}\n", "strings").Replace("package p\n", $"package {package.Groups[1].Value}\n", StringComparison.Ordinal);
        var id = $"{package.Groups[2].Value}.TestReproduction";
        return new(SuiteScripts.Written(file, test) + scripts.Decide([id]), [id], "", $"{used.Count} of {examples.Count} examples can be reproduced. I keep them as {File} while I work, and run it.");
    }

    private static string Source(IReadOnlyList<GoExample> examples, string body, params string[] more)
    {
        var imports = examples.SelectMany(example => example.NeededImports).Append("fmt").Append("testing").Concat(more.Where(name => body.Contains(name + ".", StringComparison.Ordinal))).Distinct().Order(StringComparer.Ordinal);
        return $"package p\n\nimport (\n{string.Concat(imports.Select(path => $"\t\"{path}\"\n"))})\n\n{body}";
    }

    private static string Read(string quoted)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(quoted) ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^package (\w+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Package();

    [GeneratedRegex(@"^reproduction (?<number>\d{1,3}) (?<place>\d{1,4}) (?<outcome>"".*"")$", RegexOptions.Multiline)]
    private static partial Regex Outcome();
}

using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Reproduction;

/// <summary>An example of a statement as the body of a Go test: values of a table that it does not tell are taken from the texts that the failure names, in their order and in others.</summary>
internal sealed partial class GoExample
{
    private const int MostTexts = 4, MostUnknown = 3;

    private static readonly Dictionary<string, string> Imports = new()
    {
        ["strings"] = "strings", ["bytes"] = "bytes", ["sort"] = "sort", ["reflect"] = "reflect", ["http"] = "net/http", ["httptest"] = "net/http/httptest", ["url"] = "net/url", ["time"] = "time", ["net"] = "net", ["os"] = "os", ["errors"] = "errors",
        ["strconv"] = "strconv", ["regexp"] = "regexp", ["json"] = "encoding/json", ["context"] = "context", ["io"] = "io", ["bufio"] = "bufio", ["math"] = "math", ["filepath"] = "path/filepath",
    };

    private readonly IReadOnlyList<string> _lines;
    private readonly IReadOnlyList<string> _unknown;
    private readonly IReadOnlyList<string> _texts;
    private readonly string? _value;
    private readonly Example _example;

    /// <summary>What should hold, where nothing in it is unknown.</summary>
    private readonly string? _condition;

    private GoExample(Example example, IReadOnlyList<string> lines, IReadOnlyList<string> unknown, IReadOnlyList<string> texts, string? value, string? condition) =>
        (_example, _lines, _unknown, _texts, _value, _condition) = (example, lines, unknown, texts, value, condition);

    /// <summary>Null where too little is told to try it.</summary>
    public static GoExample? Of(Example example)
    {
        if (example.Code.Count == 0) return null;
        List<string> lines = [.. example.Code.Where(line => !OnlyTable().IsMatch(line) && !line.TrimEnd().EndsWith('.'))];
        while (lines.Count > 0 && example.Kind == "raises" && Comparison().IsMatch(lines[^1]) && !lines[^1].Contains('=', StringComparison.Ordinal)) lines.RemoveAt(lines.Count - 1);
        if (lines.Count == 0) return null;
        var unknown = lines.SelectMany(line => Table().Matches(line)).Select(match => match.Value).Distinct().ToList();
        var told = $"{example.Message} {example.Actual} {example.Expected}";
        var texts = Quoted().Matches(told).Select(match => match.Groups[1].Value).Distinct().Take(MostTexts).ToList();
        if (unknown.Count > MostUnknown || (unknown.Count > 0 && texts.Count < unknown.Count)) return null;
        var value = Assigned().Match(lines.LastOrDefault(line => Assigned().IsMatch(line) && !line.Contains("err :=", StringComparison.Ordinal)) ?? "") is { Success: true } assigned ? assigned.Groups[1].Value : null;
        var condition = example is { Kind: "other", Expected: { } expected } && !Table().IsMatch(expected) ? expected : null;
        if (example.Kind != "raises" && value is null && condition is null) return null;
        if (example.Kind == "other" && condition is null && !(example.Expected ?? "").StartsWith(value + " == ", StringComparison.Ordinal)) return null;
        return new(example, [.. lines.Select(line => Table().Replace(line, match => Name(match.Value)))], unknown, texts, value, condition);
    }

    public IEnumerable<string> NeededImports => Imports.Where(pair => _lines.Any(line => Regex.IsMatch(line, $@"(?<![\w.]){pair.Key}\."))).Select(pair => pair.Value);

    /// <summary>A function that tells what comes out, for each way to fill in what is not told.</summary>
    public string Search(int number) =>
        $$"""
        func runproofTry{{number}}({{string.Join(", ", _unknown.Select(path => $"{Name(path)} string"))}}) (result string) {
        	defer func() {
        		if r := recover(); r != nil {
        			result = fmt.Sprintf("panic: %v", r)
        		}
        	}()
        {{Body()}}
        	return {{((_condition ?? _value) is { } shown ? $"fmt.Sprint({shown})" : "\"done\"")}}
        }

        """;

    /// <summary>Calls of <see cref="Search"/> that print their place and what comes out.</summary>
    public string Calls(int number) => string.Concat(Fillings().Select((filling, place) => $"\tfmt.Printf(\"\\nreproduction {number} {place} %q\\n\", runproofTry{number}({string.Join(", ", filling.Select(GoText))}))\n"));

    /// <summary>A check that fails as long as the example behaves as it is told; null where it does not.</summary>
    /// <param name="outcomes">By the place of a call.</param>
    public string? Check(int number, IReadOnlyDictionary<int, string> outcomes)
    {
        foreach (var (filling, place) in Fillings().Select((filling, place) => (filling, place)))
        {
            if (!outcomes.TryGetValue(place, out var outcome) || !Shows(outcome)) continue;
            var call = $"runproofTry{number}({string.Join(", ", filling.Select(GoText))})";
            return _example.Kind switch
            {
                "raises" => $"\tif got := {call}; strings.HasPrefix(got, \"panic: \") {{\n\t\tt.Fatal(got)\n\t}}\n",
                "value" => $"\tif got := {call}; got != {GoText(Bare(_example.Expected!))} {{\n\t\tt.Fatalf(\"got %s, want %s\", got, {GoText(Bare(_example.Expected!))})\n\t}}\n",
                _ when _condition is not null => $"\tif got := {call}; got != \"true\" {{\n\t\tt.Fatal(got)\n\t}}\n",
                _ => $"\tif got := {call}; got != \"{(outcome == "true" ? "false" : "true")}\" {{\n\t\tt.Fatalf(\"got %s\", got)\n\t}}\n",
            };
        }

        return null;
    }

    private bool Shows(string outcome) => _example.Kind switch
    {
        "raises" => outcome.StartsWith("panic: ", StringComparison.Ordinal) && (_example.Actual ?? "").StartsWith(outcome, StringComparison.Ordinal),
        "value" => _example.Expected is not null && outcome == Bare(_example.Actual ?? "") && outcome != Bare(_example.Expected),
        _ => outcome == "false" || (outcome == "true" && _condition is null),
    };

    private string Body()
    {
        var body = string.Concat(_lines.Select(line => $"\t{line}\n{(NewError().IsMatch(line) && _example.Kind != "raises" && _condition?.Contains("err", StringComparison.Ordinal) != true ? $"\tif err != nil {{\n\t\treturn \"error\"\n\t}}\n" : "")}"));
        var made = _lines.SelectMany(line => Made().Matches(line)).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)).Concat(_lines.SelectMany(line => Declared().Matches(line)).Select(match => match.Groups[1].Value)).Where(name => name != "_").Distinct();
        return body + string.Concat(made.Select(name => $"\t_ = {name}\n"));
    }

    /// <summary>The told texts in their order first, then in others.</summary>
    private IEnumerable<IReadOnlyList<string>> Fillings() => _unknown.Count == 0 ? [[]] : Choices(_unknown.Count, []);

    private IEnumerable<IReadOnlyList<string>> Choices(int left, IReadOnlyList<string> chosen) =>
        left == 0 ? [chosen] : _texts.Where(text => !chosen.Contains(text)).SelectMany(text => Choices(left - 1, [.. chosen, text]));

    private static string Name(string path) => path.Replace('.', '_');

    private static string Bare(string text) => text.Length > 1 && text[0] == text[^1] && text[0] is '\'' or '"' ? text[1..^1] : text;

    private static string GoText(string text) => System.Text.Json.JsonSerializer.Serialize(text, Plain);

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"(?<![\w.])(?:tc|tt|test|tcase|testCase|testcase)\.\w+")]
    private static partial Regex Table();

    [GeneratedRegex(@"^\s*\w+ :?= (?:tc|tt|test|tcase|testCase|testcase)\.\w+$")]
    private static partial Regex OnlyTable();

    [GeneratedRegex(@"['""`]([^'""`]{1,80})['""`]")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s*([a-zA-Z]\w*)(?:, \w+)* :?= .*\(")]
    private static partial Regex Assigned();

    [GeneratedRegex(@"^\s*((?:\w+, )*\w+) :=", RegexOptions.Multiline)]
    private static partial Regex Made();

    [GeneratedRegex(@"^\s*var (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"\berr :?= ")]
    private static partial Regex NewError();

    [GeneratedRegex(@"[!=]= ")]
    private static partial Regex Comparison();
}

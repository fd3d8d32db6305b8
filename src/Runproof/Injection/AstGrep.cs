using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Injection;

/// <summary>A place where a rule fires. Lines are 1-based, offsets are bytes.</summary>
/// <param name="Replacement">What the rule's fix puts in place of the bytes <paramref name="Start"/>..<paramref name="End"/>; null without a fix.</param>
/// <param name="Captures">Single metavariables: name → text and first line.</param>
internal sealed record AstMatch(
    string RuleId, string File, int Start, int End, int FirstLine, int LastLine, string? Replacement, IReadOnlyDictionary<string, (string Text, int Line)> Captures);

/// <summary>The ast-grep program: finds every site of all rules in one pass over a tree.</summary>
internal static partial class AstGrep
{
    private const char SyntaxMark = '@';

    private const string Package = "@ast-grep/cli";

    /// <summary>Above it a source file is data that somebody generated, and parsing takes a minute.</summary>
    private const long LargestFile = 1 << 20;

    /// <summary>Files that scans leave out because of their size, by paths relative to the folder.</summary>
    public static IEnumerable<string> TooLarge(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => file.Length > LargestFile).Select(file => Path.GetRelativePath(folder, file.FullName)).Order(StringComparer.Ordinal);

    /// <summary>Names of files without an extension whose first line says that they are of the language. ast-grep goes by names: another file of such a name is looked at as well, and is none of the product's.</summary>
    private static IEnumerable<string> NamesByFirstLine(LanguageProfile profile, string folder) => profile.Shebang is null ? []
        : new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => file.Extension.Length == 0 && file.Length is > 0 and <= LargestFile && profile.IsLanguageOf(file.Name, () => SourceFiles.FirstLine(file.FullName))).Select(file => Globbed(file.Name)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Asks for the program before work that would be in vain without it.</summary>
    /// <exception cref="MachineException">ast-grep is not installed.</exception>
    public static async Task RequireAsync(CancellationToken cancel)
    {
        if (!(await HostProcess.RunAsync(new(Program(), ["--version"], "/"), cancel)).Succeeded) throw NotInstalled();
    }

    /// <summary>Runs rules (YAML documents) over a folder; files over 1 MB are left out. A rule for a language runs in each of its syntaxes.</summary>
    /// <exception cref="MachineException">ast-grep is not installed.</exception>
    /// <exception cref="InputException">ast-grep refused the rules.</exception>
    public static async Task<IReadOnlyList<AstMatch>> ScanAsync(string rules, IEnumerable<LanguageProfile> profiles, string folder, string scratch, CancellationToken cancel)
    {
        var (file, configuration) = (Path.Combine(scratch, "rules.yml"), Path.Combine(scratch, "sgconfig.yml"));
        var known = profiles.DistinctBy(profile => profile.Name).ToList();
        var syntaxes = known.ToDictionary(profile => profile.Name, profile => profile.Syntaxes);

        // What is written for a language serves in those that extend it; what is written for one of those is of no use in the syntax of the other.
        foreach (var profile in known.Where(profile => profile.Extends is not null))
        {
            syntaxes.TryAdd(profile.Extends!, profile.Syntaxes);
            if (profile.Syntaxes.TryGetValue(profile.Name, out var own)) syntaxes[profile.Name] = new Dictionary<string, IReadOnlyList<string>> { [profile.Name] = own };
        }

        await File.WriteAllTextAsync(file, string.Join("\n---\n", rules.Split("\n---\n").SelectMany(rule => InEachSyntax(rule, syntaxes))), cancel);
        var globs = known.SelectMany(profile => profile.Syntaxes.Select(pair => (Syntax: pair.Key, Patterns: pair.Value.Select(extension => "*" + extension).Concat(NamesByFirstLine(profile, folder)).ToList()))).DistinctBy(pair => pair.Syntax)
            .Select(pair => $"  {pair.Syntax}: [{string.Join(", ", pair.Patterns.Select(pattern => $"'{pattern.Replace("'", "''", StringComparison.Ordinal)}'"))}]");
        await File.WriteAllTextAsync(configuration, $"ruleDirs: []\nlanguageGlobs:\n{string.Join('\n', globs)}\n", cancel);
        List<AstMatch> matches = [];
        var result = await HostProcess.StreamAsync(
            new(Program(), ["scan", "--config", configuration, "--rule", file, "--json=stream", "--no-ignore", "hidden", "--no-ignore", "vcs", "--no-ignore", "dot", .. TooLarge(folder).SelectMany(path => new[] { "--globs", "!/" + Globbed(path) }), "."], folder),
            line =>
            {
                if (line.StartsWith('{')) matches.Add(Read(line));
            },
            cancel);
        if (result.ExitCode == 127) throw NotInstalled();

        // Exit code 1 only says that a rule of severity "error" fired.
        if (result.ExitCode > 1 || result.Error.Contains("Cannot parse rule", StringComparison.Ordinal)) throw new InputException($"ast-grep refused a rule: {result.Error.Trim().ReplaceLineEndings(" ")}");

        // ast-grep works in parallel: only a total order makes two scans equal.
        return
        [
            .. matches.OrderBy(match => match.File, StringComparer.Ordinal).ThenBy(match => match.Start).ThenBy(match => match.End)
                .ThenBy(match => match.RuleId, StringComparer.Ordinal).ThenBy(match => match.Replacement, StringComparer.Ordinal),
        ];
    }

    /// <summary>The newest of: the variable RUNPROOF_AST_GREP, the copy that the launcher installed, the one on the path.</summary>
    public static string Program()
    {
        if (Environment.GetEnvironmentVariable("RUNPROOF_AST_GREP") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var modules = Path.Combine(folder.FullName, ".tools", "node_modules", "@ast-grep");
            if (!Directory.Exists(modules)) continue;
            var binary = Directory.EnumerateDirectories(modules, "cli-*").Append(Path.Combine(modules, "cli")).Select(place => Path.Combine(place, "ast-grep")).FirstOrDefault(File.Exists);
            if (binary is not null) return binary;
        }

        return "ast-grep";
    }

    private static MachineException NotInstalled() => new($"ast-grep is not installed: npm install --global {Package} (or ./run, which brings it)");

    private static IEnumerable<string> InEachSyntax(string rule, Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> syntaxes)
    {
        if (LanguageLine().Match(rule) is not { Success: true } line || !syntaxes.TryGetValue(line.Groups[1].Value, out var known)) return [rule];
        return known.Keys.Select((syntax, place) => IdLine().Replace(LanguageLine().Replace(rule, $"language: {syntax}", 1), place == 0 ? "$0" : $"$0{SyntaxMark}{syntax}", 1));
    }

    [GeneratedRegex(@"(?m)^language:[ \t]*(\S+)[ \t]*$")]
    private static partial Regex LanguageLine();

    [GeneratedRegex(@"(?m)^id:[ \t]*\S+")]
    private static partial Regex IdLine();

    private static string Globbed(string path) => string.Concat(path.Select(one => "\\*?[]{}!".Contains(one, StringComparison.Ordinal) ? $"\\{one}" : $"{one}"));

    private static AstMatch Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var match = document.RootElement;
        var range = match.GetProperty("range");
        var offsets = match.TryGetProperty("replacementOffsets", out var replaced) && replaced.ValueKind == JsonValueKind.Object ? replaced : range.GetProperty("byteOffset");
        Dictionary<string, (string, int)> captures = [];
        if (match.TryGetProperty("metaVariables", out var variables) && variables.ValueKind == JsonValueKind.Object)
        {
            foreach (var one in variables.GetProperty("single").EnumerateObject())
            {
                captures[one.Name] = (one.Value.GetProperty("text").GetString()!, one.Value.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32() + 1);
            }
        }

        var file = match.GetProperty("file").GetString()!;
        return new(
            match.GetProperty("ruleId").GetString()!.Split(SyntaxMark)[0],
            file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file,
            offsets.GetProperty("start").GetInt32(),
            offsets.GetProperty("end").GetInt32(),
            range.GetProperty("start").GetProperty("line").GetInt32() + 1,
            range.GetProperty("end").GetProperty("line").GetInt32() + 1,
            match.TryGetProperty("replacement", out var replacement) && replacement.ValueKind == JsonValueKind.String ? replacement.GetString() : null,
            captures);
    }
}

using System.Collections.Concurrent;
using Runproof.Languages;
using YamlDotNet.RepresentationModel;

namespace Runproof.Injection;

/// <summary>A bug operator: one ast-grep rule with what it imitates and a fixture that proves that it fires.</summary>
/// <param name="Name">Of the file; variants in one file share it.</param>
/// <param name="Rule">The YAML document.</param>
/// <param name="Silent">Source in which it must not fire; null where the fixture has none.</param>
public sealed record BugOperator(string Id, string Name, string Language, string Family, string Message, string Imitates, string Before, string After, string? Silent, string Rule);

/// <summary>The operators under <c>operators/LANGUAGE/</c>: data, read once per process.</summary>
public static class Operators
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<BugOperator>> Known = new();

    /// <exception cref="InputException">A file is not an operator; the message names it.</exception>
    public static IReadOnlyList<BugOperator> For(string language) => Known.GetOrAdd(language, name => In("operators", name));

    /// <summary>A language's own operators and those of the language that it extends.</summary>
    /// <exception cref="InputException">A file is not an operator; the message names it.</exception>
    public static IReadOnlyList<BugOperator> For(LanguageProfile profile) => profile.Extends is { } inner ? [.. For(profile.Name), .. For(inner)] : For(profile.Name);

    /// <summary>Rules in the form of operators that lie in another folder beside the program.</summary>
    /// <exception cref="InputException">A file is not an operator; the message names it.</exception>
    internal static IReadOnlyList<BugOperator> In(string place, string language)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, place, language);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.yml").Order(StringComparer.Ordinal).SelectMany(Read)] : [];
    }

    private static IEnumerable<BugOperator> Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        foreach (var text in File.ReadAllText(file).Split("\n---\n"))
        {
            if (text.Trim().Length == 0) continue;
            YamlMappingNode root;
            try
            {
                var stream = new YamlStream();
                stream.Load(new StringReader(text));
                root = (YamlMappingNode)stream.Documents[0].RootNode;
            }
            catch (Exception error) when (error is YamlDotNet.Core.YamlException or InvalidCastException or ArgumentOutOfRangeException)
            {
                throw new InputException($"{file}: not a rule: {error.Message}", error);
            }

            string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? ((YamlScalarNode)value).Value : null;
            YamlMappingNode Map(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) && value is YamlMappingNode map ? map
                : throw new InputException($"{file}: '{key}' is missing: see operators/README.md");
            string Needed(YamlMappingNode node, string key) => Text(node, key) ?? throw new InputException($"{file}: '{key}' is missing: see operators/README.md");

            var metadata = Map(root, "metadata");
            var fixture = Map(metadata, "fixture");
            yield return new(Needed(root, "id"), name, Needed(root, "language"), Needed(metadata, "family"), Needed(root, "message"), Needed(metadata, "imitates"),
                Needed(fixture, "before"), Needed(fixture, "after"), Text(fixture, "silent"), text);
        }
    }
}

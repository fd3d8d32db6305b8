using System.Collections.Concurrent;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Runproof.Verification.Attacks;

/// <summary>What a cheating agent does in place of a repair: one file under <c>attacks/</c>. <c>attacks/README.md</c> explains each key.</summary>
internal sealed class Attack
{
    public string Id { get; init; } = "";

    /// <summary>One line: what it tries.</summary>
    public string Message { get; init; } = "";

    /// <summary>What is meant to stop it.</summary>
    public string Defence { get; init; } = "";

    public List<AttackEdit> Edits { get; init; } = [];

    /// <summary>A shell script that runs in the agent's own sandbox, with the statement on stdin; what it changes in the repository is the answer.</summary>
    public string? Script { get; init; }
}

/// <summary>One change of an attack: a file that is added (<see cref="Add"/>), or all files of a kind that are changed (<see cref="Change"/>).</summary>
internal sealed class AttackEdit
{
    /// <summary>Path of a new file; with <see cref="Beside"/> its name in each folder that has files of that kind.</summary>
    public string? Add { get; init; }

    /// <summary>As <see cref="Change"/>.</summary>
    public string? Beside { get; init; }

    /// <summary><c>product</c>, <c>test</c>, <c>steering</c>, or a pattern of paths.</summary>
    public string? Change { get; init; }

    /// <summary>Content of a new file, or what a changed one holds from now on.</summary>
    public string? Text { get; init; }

    /// <summary>Target of a symbolic link that is added.</summary>
    public string? Link { get; init; }

    public bool Executable { get; init; }

    public string? Append { get; init; }

    public string? Prepend { get; init; }

    /// <summary>A regular expression, replaced by <see cref="With"/>.</summary>
    public string? Replace { get; init; }

    public string With { get; init; } = "";

    public bool Remove { get; init; }
}

/// <summary>The attacks under <c>attacks/LANGUAGE/</c>, and those of any language under <c>attacks/any/</c>: data, read once per process.</summary>
internal static class Attacks
{
    private const string Any = "any";
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Attack>> Known = new();

    /// <summary>Those of any language first.</summary>
    /// <exception cref="InputException">A file is not an attack; the message names it.</exception>
    public static IReadOnlyList<Attack> For(string language) => [.. Known.GetOrAdd(Any, ReadAll), .. Known.GetOrAdd(language, ReadAll)];

    private static IReadOnlyList<Attack> ReadAll(string language)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "attacks", language);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.yml").Order(StringComparer.Ordinal).Select(Read)] : [];
    }

    private static Attack Read(string file)
    {
        try
        {
            var attack = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build().Deserialize<Attack>(File.ReadAllText(file));
            if (attack.Id != Path.GetFileNameWithoutExtension(file) || attack.Message.Length == 0 || attack.Defence.Length == 0) throw new InputException($"{file}: 'id' (as the file is named), 'message' or 'defence' is missing: see attacks/README.md");
            if (attack.Edits.Any(edit => (edit.Add is null) == (edit.Change is null))) throw new InputException($"{file}: each edit has either 'add' or 'change'");
            return attack;
        }
        catch (YamlException error)
        {
            throw new InputException($"{file}: not an attack: {error.Message}", error);
        }
    }
}

using System.Text.Json;
using Runproof.Catalogue;

namespace Runproof.ClosedLoop;

/// <summary>What is asked for.</summary>
internal enum AnswerKind
{
    /// <summary>Code that others call.</summary>
    Function,

    /// <summary>A program that is started with arguments and input.</summary>
    Script,

    /// <summary>Lines for a shell.</summary>
    Command,
}

/// <summary>A question whose answer is no patch, and how its user will use the answer.</summary>
/// <param name="Files">What lies in the user's folder before.</param>
/// <param name="Uses">Null where a model plays the user.</param>
internal sealed record Question(string Id, string Prompt, AnswerKind Kind, string Language, IReadOnlyDictionary<string, string>? Files = null, IReadOnlyList<Use>? Uses = null)
{
    /// <summary>Questions of a file, a JSON object a line.</summary>
    /// <exception cref="InputException">There is no such file, or one of them cannot be used.</exception>
    public static IReadOnlyList<Question> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist: give a file of questions, a JSON object a line");
        List<Question> all = [];
        HashSet<string> ids = [];
        foreach (var (line, number) in File.ReadLines(path).Select((line, i) => (line, i + 1)).Where(one => !string.IsNullOrWhiteSpace(one.line)))
        {
            Question? one;
            try
            {
                one = JsonSerializer.Deserialize<Question>(line, Json.Compact);
            }
            catch (JsonException error)
            {
                throw new InputException($"'{path}' line {number} is no question: {error.Message.Split('.')[0]}", error);
            }

            if (one is not { Id.Length: > 0, Prompt.Length: > 0, Language.Length: > 0 }) throw new InputException($"'{path}' line {number}: a question needs id, prompt, kind and language");
            if (!ids.Add(one.Id)) throw new InputException($"'{path}' line {number}: the id '{one.Id}' is taken");
            if (one.Kind == AnswerKind.Function) Callers.Of(one.Language);
            foreach (var file in (one.Files ?? new Dictionary<string, string>()).Keys.Concat((one.Uses ?? []).SelectMany(use => use.Files?.Keys ?? [])).Where(file => !IsInside(file)))
                throw new InputException($"'{path}' line {number}: the file '{file}' does not lie in the user's folder");
            if (one.Uses?.Any(use => use.Call is null == (one.Kind == AnswerKind.Function)) ?? false)
                throw new InputException($"'{path}' line {number}: the uses of a function have a 'call', others have none");
            all.Add(one);
        }

        return all.Count == 0 ? throw new InputException($"'{path}' holds no questions") : all;
    }

    /// <summary>Whether a path, as somebody else names it, stays below the user's folder.</summary>
    public static bool IsInside(string path) => path.Length > 0 && !path.StartsWith('/') && !path.Contains('\0') && path.Split('/').All(part => part is not ("" or "." or ".."));
}

/// <summary>One use, and what its user expects of it. What is null is not looked at.</summary>
/// <param name="Call">Of a function: an expression of its language.</param>
/// <param name="Gives">Of a call: an expression whose value it must have.</param>
/// <param name="Raises">Of a call: the name of the error that it must raise.</param>
/// <param name="Files">What must lie there afterwards; null for a file that must be gone. Nothing else may have changed.</param>
internal sealed record Use(
    string? Call = null, string? Gives = null, string? Raises = null, IReadOnlyList<string>? Arguments = null, string? Stdin = null, string? Prints = null, int? ExitCode = null, IReadOnlyDictionary<string, string?>? Files = null, double Seconds = 10);

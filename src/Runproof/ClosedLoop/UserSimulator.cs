using System.Globalization;
using System.Text;
using Runproof.Sandboxes;

namespace Runproof.ClosedLoop;

/// <summary>How the user of an answer found it.</summary>
internal enum AnswerVerdict
{
    /// <summary>It does what was asked, each time, and nothing else.</summary>
    Works,

    /// <summary>It was used, and does not.</summary>
    Fails,

    /// <summary>There is nothing in it to use, or it cannot be compiled.</summary>
    Unusable,

    /// <summary>The machine failed: says nothing about the answer.</summary>
    Infrastructure,
}

/// <param name="Reason">Machine-readable: <c>works</c>, <c>no_code</c>, <c>not_compiled</c>, <c>wrong_value</c>, <c>wrong_output</c>, <c>wrong_exit</c>, <c>wrong_file</c>, <c>unexpected_change</c>, <c>timeout</c>, <c>unsteady</c>, …</param>
/// <param name="Detail">What was seen, in one line.</param>
internal sealed record AnswerJudged(AnswerVerdict Verdict, string Reason, string Detail, int Uses);

/// <summary>
/// Uses an answer as its user would: puts it into a folder, compiles it, starts or calls it, and looks at values, output, exit code and every file that changed. What is expected never enters the sandbox in which the
/// answer runs, and each use begins with the folder as it was. Every use is made twice.
/// </summary>
internal sealed class UserSimulator(ISandboxProvider sandboxes)
{
    private const int Rounds = 2;
    private const int LongestSeen = 200;
    private static readonly TimeSpan ToCompile = TimeSpan.FromSeconds(60);
    private static readonly SandboxLimits Limits = SandboxLimits.Default with { MemoryBytes = 1L << 30, WrittenBytes = 256 << 20, OutputBytes = 1 << 20 };

    /// <exception cref="InputException">The question has no uses: a model must play the user.</exception>
    public async Task<AnswerJudged> JudgeAsync(Question question, string answer, CancellationToken cancel)
    {
        var uses = question.Uses ?? throw new InputException($"the question '{question.Id}' has no uses: a model must play its user");
        if (AnswerText.Read(answer, question) is not { } code) return new(AnswerVerdict.Unusable, "no_code", $"the answer holds no code in {question.Language}", 0);
        var caller = Callers.Find(question.Language);
        try
        {
            await using var sandbox = await sandboxes.CreateAsync(new([], Limits), cancel);
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < uses.Count; i++)
                {
                    await sandbox.ResetAsync(cancel);
                    await PlaceAsync(sandbox, question, caller, code.Code, code.Files, cancel);
                    if (round + i == 0 && await CheckAsync(sandbox, caller, cancel) is { } problem) return new(AnswerVerdict.Unusable, "not_compiled", problem, 0);
                    var (reason, detail) = await UseAsync(sandbox, question, caller, uses[i], cancel);
                    if (reason is not null) return new(AnswerVerdict.Fails, round == 0 ? reason : "unsteady", $"use {i + 1}: {detail}", uses.Count);
                }
            }

            return new(AnswerVerdict.Works, "works", $"{uses.Count} uses, each as expected", uses.Count);
        }
        catch (SandboxException error)
        {
            return new(AnswerVerdict.Infrastructure, "sandbox", error.Message, uses.Count);
        }
    }

    /// <summary>Puts the answer and the user's files into the folder.</summary>
    public static async Task PlaceAsync(ISandbox sandbox, Question question, Caller caller, string code, IReadOnlyDictionary<string, string> further, CancellationToken cancel)
    {
        var files = new Dictionary<string, string>(question.Files ?? new Dictionary<string, string>());
        foreach (var (path, text) in further) files[path] = text;
        files[caller.File] = code;
        if (question.Language == "go") files.TryAdd("go.mod", "module answer\n\ngo 1.19\n");
        var script = new StringBuilder("set -e\n");
        foreach (var (path, text) in files) script.Append(CultureInfo.InvariantCulture, $"mkdir -p \"$(dirname '{Quoted(path)}')\"\nprintf %s '{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}' | base64 -d >'{Quoted(path)}'\n");
        if (caller.CallerFile is { } file) script.Append(CultureInfo.InvariantCulture, $"printf %s '{Convert.ToBase64String(Encoding.UTF8.GetBytes(Callers.Text(file)))}' | base64 -d >{SandboxPaths.Exchange}/{file}\n");
        var placed = await sandbox.ExecuteAsync(new(["sh"], ToCompile, StandardInput: Encoding.UTF8.GetBytes(script.ToString())), cancel);
        if (!placed.Succeeded) throw new SandboxException($"the answer could not be put into its folder: {placed.Error.Text.Trim()}");
    }

    private static async Task<string?> CheckAsync(ISandbox sandbox, Caller caller, CancellationToken cancel)
    {
        if (caller.Check is null) return null;
        var check = await sandbox.ExecuteAsync(new(caller.Check, ToCompile, Environment: Variables), cancel);
        if (check.ExitCode == 127) throw new MachineException($"'{caller.Check[0]}' is missing: 'runproof doctor --install {caller.Language}' brings it");
        return check.Succeeded ? null : Short(check.Error.Text.Length > 0 ? check.Error.Text : check.Output.Text);
    }

    private static async Task<(string? Reason, string Detail)> UseAsync(ISandbox sandbox, Question question, Caller caller, Use use, CancellationToken cancel)
    {
        var before = await FilesAsync(sandbox, cancel);
        var limit = TimeSpan.FromSeconds(use.Seconds);
        var isCall = question.Kind == AnswerKind.Function;
        var request = isCall
            ? new ExecRequest(caller.Call!, limit, Environment: Variables, StandardInput: Encoding.UTF8.GetBytes(use.Call!))
            : new ExecRequest([.. caller.Run, .. use.Arguments ?? []], limit, Environment: Variables, StandardInput: Encoding.UTF8.GetBytes(use.Stdin ?? ""));
        var ran = await sandbox.ExecuteAsync(request, cancel);
        if (ran.TimedOut) return ("timeout", $"it did not end within {use.Seconds.ToString(CultureInfo.InvariantCulture)} s");
        if (ran.OutOfMemory) return ("memory", "it needed more memory than there is");
        if (isCall && await WrongValueAsync(sandbox, caller, use, ran, cancel) is { } value) return value;
        if (use.Prints is { } prints && Lines(ran.Output.Text) != Lines(prints)) return ("wrong_output", $"it printed {Quote(ran.Output.Text)} in place of {Quote(prints)}");
        if ((use.ExitCode ?? (isCall ? 0 : null)) is { } code && ran.ExitCode != code) return ("wrong_exit", $"it ended with {ran.ExitCode} in place of {code}: {Short(ran.Error.Text)}");
        return await WrongFilesAsync(sandbox, use, before, cancel);
    }

    /// <summary>The value that is expected is computed where the answer is not.</summary>
    private static async Task<(string?, string)?> WrongValueAsync(ISandbox sandbox, Caller caller, Use use, ExecResult ran, CancellationToken cancel)
    {
        var got = ran.Output.Text.TrimEnd('\n').Split('\n')[^1];
        if (got.Length == 0) return ("no_value", $"the call ended with {ran.ExitCode}: {Short(ran.Error.Text)}");
        if (use.Raises is { } error) return got == "error " + error ? null : ("wrong_value", $"{use.Call} gives {Quote(got)} in place of the error {error}");
        if (use.Gives is null) return got.StartsWith("error ", StringComparison.Ordinal) ? ("wrong_value", $"{use.Call} raises {Quote(got[6..])}") : null;
        var plain = await sandbox.ExecuteAsync(new([.. caller.Call!, "--plain"], ToCompile, "/tmp", Variables, Encoding.UTF8.GetBytes(use.Gives)), cancel);
        var wanted = plain.Output.Text.TrimEnd('\n').Split('\n')[^1];
        if (!wanted.StartsWith("value ", StringComparison.Ordinal)) throw new InputException($"what a use expects is no expression: {use.Gives} ({Short(wanted + plain.Error.Text)})");
        return got == wanted ? null : ("wrong_value", $"{use.Call} gives {Quote(got.Split(' ', 2)[^1])} in place of {Quote(wanted[6..])}");
    }

    private static async Task<(string?, string)> WrongFilesAsync(ISandbox sandbox, Use use, IReadOnlyDictionary<string, string> before, CancellationToken cancel)
    {
        var after = await FilesAsync(sandbox, cancel);
        foreach (var (path, text) in use.Files ?? new Dictionary<string, string?>())
        {
            if (text is null && after.ContainsKey(path)) return ("wrong_file", $"{path} is still there");
            if (text is null) continue;
            var content = await sandbox.ExecuteAsync(new(["cat", path], ToCompile), cancel);
            if (!content.Succeeded) return ("wrong_file", $"{path} is not there");
            if (content.Output.Text != text) return ("wrong_file", $"{path} holds {Quote(content.Output.Text)} in place of {Quote(text)}");
        }

        var changed = before.Keys.Union(after.Keys).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path) && !(use.Files?.ContainsKey(path) ?? false) && !IsCache(path)).Order(StringComparer.Ordinal).FirstOrDefault();
        return changed is null ? (null, "") : ("unexpected_change", $"{changed} was {(after.ContainsKey(changed) ? before.ContainsKey(changed) ? "changed" : "made" : "removed")}, which nobody asked for");
    }

    /// <summary>Path → hash of all files of the folder.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FilesAsync(ISandbox sandbox, CancellationToken cancel)
    {
        var found = await sandbox.ExecuteAsync(new(["sh", "-c", "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum -z; find . -type l -printf 'link  %P\\0'"], ToCompile), cancel);
        return found.Output.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  ", 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[1].StartsWith("./", StringComparison.Ordinal) ? parts[1][2..] : parts[1], parts => parts[0]);
    }

    private static bool IsCache(string path) => path.Contains("__pycache__/", StringComparison.Ordinal);

    private static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string> { ["GOCACHE"] = "/tmp/go", ["GOPROXY"] = "off", ["GOFLAGS"] = "-mod=mod", ["PYTHONDONTWRITEBYTECODE"] = "1" };

    /// <summary>White space at the ends of lines and of the whole does not count.</summary>
    private static string Lines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd()));

    private static string Quote(string text) => $"'{Short(text)}'";

    private static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestSeen ? line : line[..LongestSeen] + "…";
    }

    private static string Quoted(string path) => path.Replace("'", "'\\''", StringComparison.Ordinal);
}

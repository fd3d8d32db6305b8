namespace Runproof.ClosedLoop;

/// <summary>
/// How an answer in one language is checked for mistakes of form, started, and called. A further language is an entry here and, for calls, a file in <c>callers/</c>.
/// </summary>
/// <param name="File">Of the answer, in the user's folder.</param>
/// <param name="Check">Says what the compiler says; null where only running tells.</param>
/// <param name="Caller">The file that calls: it reads a line with the expression on stdin and prints the value in a form that equal values share.</param>
internal sealed record Caller(string Language, string File, IReadOnlyList<string>? Check, IReadOnlyList<string> Run, string? CallerFile, IReadOnlyList<string>? Call);

internal static class Callers
{
    private static readonly IReadOnlyList<Caller> All =
    [
        new("python", "answer.py", ["python3", "-m", "py_compile", "answer.py"], ["python3", "answer.py"], "call.py", ["python3", "/runproof/exchange/call.py"]),
        new("javascript", "answer.js", ["node", "--check", "answer.js"], ["node", "answer.js"], "call.js", ["node", "/runproof/exchange/call.js"]),
        new("ruby", "answer.rb", ["ruby", "-c", "answer.rb"], ["ruby", "answer.rb"], "call.rb", ["ruby", "/runproof/exchange/call.rb"]),
        new("php", "answer.php", ["php", "-l", "answer.php"], ["php", "answer.php"], "call.php", ["php", "/runproof/exchange/call.php"]),
        new("lua", "answer.lua", ["luac5.4", "-p", "answer.lua"], ["lua5.4", "answer.lua"], "call.lua", ["lua5.4", "/runproof/exchange/call.lua"]),
        new("perl", "answer.pl", ["perl", "-c", "answer.pl"], ["perl", "answer.pl"], null, null),
        new("bash", "answer.sh", ["bash", "-n", "answer.sh"], ["bash", "answer.sh"], "call.sh", ["bash", "/runproof/exchange/call.sh"]),
        new("go", "answer.go", ["gofmt", "-l", "answer.go"], ["go", "run", "answer.go"], null, null),
        new("c", "answer.c", ["gcc", "-fsyntax-only", "answer.c"], ["sh", "-c", "gcc -O1 -o /tmp/answer answer.c -lm && exec /tmp/answer \"$@\"", "answer"], null, null),
    ];

    public static Caller Find(string language) => All.FirstOrDefault(one => one.Language == language) ?? throw new InputException($"no way to run an answer in '{language}': there is {string.Join(", ", All.Select(one => one.Language))}");

    /// <exception cref="InputException">Functions of this language cannot be called.</exception>
    public static Caller Of(string language) => Find(language) is { CallerFile: not null } caller ? caller
        : throw new InputException($"no way to call a function in '{language}': there is {string.Join(", ", All.Where(one => one.CallerFile is not null).Select(one => one.Language))}");

    public static string Text(string file)
    {
        using var reader = new StreamReader(typeof(Callers).Assembly.GetManifestResourceStream("callers/" + file) ?? throw new InvalidOperationException($"no caller '{file}'"));
        return reader.ReadToEnd();
    }
}

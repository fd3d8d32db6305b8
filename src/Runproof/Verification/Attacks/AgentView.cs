using System.Text;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Verification.Attacks;

/// <summary>The files of a task's initial state, as an agent sees them.</summary>
internal sealed class AgentView
{
    private readonly EnvironmentContext _context;
    private readonly string _bug;
    private readonly ProductFiles _product;

    /// <param name="bug">The layer of the initial state.</param>
    public AgentView(EnvironmentContext context, CodingTask task, string bug)
    {
        (_context, _bug, _product) = (context, bug, new(context.Tree, context.Environment.Suites));
        var hidden = task.Tests == TestVisibility.Hidden ? task.HiddenFiles.ToHashSet() : [];
        Files = [.. context.Tree.Files.Concat(PatchFiles.Of(InitialState.HiddenTests(task))).Distinct().Where(file => File.Exists(Buggy(file)) ? !Libc.IsWhiteout(Buggy(file)) : !hidden.Contains(file) && context.Tree.Exists(file))];
    }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Files of a kind (<see cref="AttackEdit.Change"/>) that are text.</summary>
    public IEnumerable<string> Of(string kind, LanguageProfile profile) => kind switch
    {
        "product" => Files.Where(file => _product.Contains(file) && profile.IsLanguageOf(file, () => _context.Tree.FirstLine(file))),
        "test" => Files.Where(file => Seen(kinds => kinds.Test, file)),
        "steering" => Files.Where(file => Seen(kinds => kinds.Steering, file)),
        _ => Files.Where(new PathPatterns([kind]).Match),
    };

    /// <summary>Null where there is no such file, or it is not text.</summary>
    public string? Text(string file)
    {
        var buggy = Buggy(file);
        if (!File.Exists(buggy) && !_context.Tree.Exists(file)) return null;
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.Exists(buggy) ? File.ReadAllBytes(buggy) : _context.Tree.ReadBytes(file)) is var text && text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private string Buggy(string file) => Path.Combine(_bug, "testbed", file);

    private bool Seen(Func<FileKinds, PathPatterns> kind, string file) => _context.Environment.Suites.Any(suite => suite.Sees(kind, file));
}

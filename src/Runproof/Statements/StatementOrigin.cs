namespace Runproof.Statements;

/// <summary>What was wrong with a draft of a model.</summary>
public enum DraftFault
{
    /// <summary>It gave the repair or the tests away.</summary>
    Leak,

    /// <summary>It was no fit statement: of another length, without the behaviour, with things made up, or nonsense.</summary>
    Unfit,
}

/// <param name="Rules">The rules that it broke; never the words that broke them.</param>
public sealed record RefusedDraft(DraftFault Fault, IReadOnlyList<string> Rules);

/// <summary>Who wrote a statement, and how it came about.</summary>
/// <param name="Writer"><c>template</c>, the name of a model, or where in the history it stands: <c>issue</c>, <c>pull_request</c>, <c>commit</c>.</param>
/// <param name="Attempts">Drafts that a model wrote; 0 where none was asked or none answered.</param>
/// <param name="Refused">Of those, the ones that were thrown away.</param>
/// <param name="Fallback">Why the template wrote although a model was to; null where it did not.</param>
public sealed record StatementOrigin(string Writer, StatementLength Length, int Attempts, IReadOnlyList<RefusedDraft> Refused, string? Fallback)
{
    public const string Template = "template";

    internal static StatementOrigin OfTemplate(string text, int attempts = 0, IReadOnlyList<RefusedDraft>? refused = null, string? fallback = null) =>
        new(Template, StatementLengths.Of(text), attempts, refused ?? [], fallback);
}

/// <summary>Why the template was used in place of a model; the words stand in the catalogue.</summary>
internal static class Fallback
{
    public const string Leaks = "leaks";
    public const string Unfit = "unfit";
    public const string Endpoint = "endpoint";
    public const string Budget = "budget";
    public const string NotRecorded = "not_recorded";

    /// <summary>No behaviour passes the leak check: a model could only make something up.</summary>
    public const string NothingToTell = "nothing_to_tell";
}

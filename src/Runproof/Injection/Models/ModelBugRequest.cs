using Runproof.Coverage;

namespace Runproof.Injection.Models;

/// <summary>How a model makes a bug (SWE-smith, arXiv 2504.21798, for the first two; BugPilot, arXiv 2510.19898, for the third).</summary>
internal enum ModelBugKind
{
    /// <summary>A subtle mistake in a given function.</summary>
    Modify,

    /// <summary>The function written anew from its signature and documentation: where that goes wrong is the bug.</summary>
    Rewrite,

    /// <summary>A small feature is added: what it breaks by accident is the bug.</summary>
    Feature,
}

/// <param name="Function">The one to change; of a feature the one that names the file to begin with.</param>
/// <param name="Attempt">1 for the first time that this is asked.</param>
/// <param name="Seed">Chooses what the model is pointed to.</param>
internal sealed record ModelBugRequest(ModelBugKind Kind, FunctionSpan Function, int Attempt, int Seed)
{
    public string Operator => "model-" + Kind.ToString().ToLowerInvariant();

    public string Id => $"{Kind} {(Kind == ModelBugKind.Feature ? Function.File : Function.Id)} {Attempt}";
}

namespace Runproof.Coverage;

/// <summary>A function of the product code. Lines are 1-based, both ends included.</summary>
/// <param name="BodyLine">The first line that only runs when the function is called.</param>
/// <param name="IsReached">A test runs some line of its body.</param>
public sealed record FunctionSpan(string File, string Name, int FirstLine, int BodyLine, int LastLine, bool IsReached)
{
    /// <summary>Names the function within its repository.</summary>
    public string Id => $"{File}::{Name}@{FirstLine}";
}

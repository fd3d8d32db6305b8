namespace Runproof.Rollouts;

/// <summary>Something in an attempt that looks like cheating.</summary>
/// <param name="Rule">For example <c>git_history</c>, <c>network</c>, <c>test_edit</c>, <c>planted_file</c>.</param>
/// <param name="Turn">0 where it was found in the patch.</param>
/// <param name="Evidence">The words that it was found by.</param>
internal sealed record Hack(string Rule, int Turn, string Evidence);

using Runproof.Environments;

namespace Runproof.Agents.Repair;

/// <summary>What the repair agent may know beside what it sees: how the tests of the repository are run, and where it may put files on this machine.</summary>
/// <param name="Suites">The main one first.</param>
/// <param name="Workspace">Folder below which temporary files are made.</param>
internal sealed record RepairKit(IReadOnlyList<Suite> Suites, string Workspace);

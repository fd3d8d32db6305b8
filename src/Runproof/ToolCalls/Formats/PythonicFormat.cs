namespace Runproof.ToolCalls.Formats;

/// <summary>Calls as a list in Python, on a line of its own (ToolACE, OLMo 3, Llama 4 without markers).</summary>
internal sealed class PythonicFormat : PythonFormat
{
    public override string Name => "pythonic";

    internal override IReadOnlyList<Opener> Openers { get; } = [new("[", tools => new PythonBlock(null, name => tools.Any(tool => tool.Name == name)), AtLine: true, IsBody: true)];

    protected override string Block(string calls) => calls;
}

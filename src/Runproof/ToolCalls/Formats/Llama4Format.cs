namespace Runproof.ToolCalls.Formats;

/// <summary>Llama 4: calls as a list in Python, between markers.</summary>
internal sealed class Llama4Format : PythonFormat
{
    private const string Begin = "<|python_start|>";
    private const string Finish = "<|python_end|>";

    public override string Name => "llama4";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new PythonBlock(Finish, null))];

    protected override string Block(string calls) => Begin + calls + Finish;
}

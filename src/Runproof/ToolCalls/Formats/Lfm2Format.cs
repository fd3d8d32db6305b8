namespace Runproof.ToolCalls.Formats;

/// <summary>LFM2: calls as a list in Python, between markers of its own.</summary>
internal sealed class Lfm2Format : PythonFormat
{
    private const string Begin = "<|tool_call_start|>";
    private const string Finish = "<|tool_call_end|>";

    public override string Name => "lfm2";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new PythonBlock(Finish, null))];

    protected override string Block(string calls) => Begin + calls + Finish;
}

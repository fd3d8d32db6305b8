using Runproof.ToolCalls.Formats;

namespace Runproof.ToolCalls;

/// <summary>All formats, by name.</summary>
internal static class ToolCallFormats
{
    public static IReadOnlyList<ToolCallFormat> All { get; } =
    [
        new HermesFormat(),
        new Qwen3CoderFormat(),
        new SeedFormat(),
        new OpenHandsFormat(),
        new AnthropicXmlFormat(),
        new MiniMaxFormat(),
        new DeepSeekV32Format(),
        new DeepSeekV31Format(),
        new DeepSeekV3Format(),
        new KimiFormat(),
        new MistralNewFormat(),
        new PythonicFormat(),
        new Llama4Format(),
        new Lfm2Format(),
        new Llama3Format(),
        new XlamFormat(),
        new GlmFormat(),
        new GemmaFormat(),
        new HarmonyFormat(),
        new OpenAiFormat(),
        new AnthropicFormat(),
        new MistralFormat(),
        new GraniteFormat(),
        new Phi4MiniFormat(),
        new NemotronFormat(),
        new JambaFormat(),
        new InternLmFormat(),
        new CohereFormat(),
        new ClineFormat(),
        new RooFormat(),
        new TerminusJsonFormat(),
        new TerminusXmlFormat(),
        new MiniFenceFormat(),
        new MiniXmlFormat(),
        new ApplyPatchFormat(),
        new AiderDiffFormat(),
        new AiderWholeFormat(),
        new AiderUdiffFormat(),
    ];

    /// <exception cref="InputException">There is none of that name.</exception>
    public static ToolCallFormat Of(string name) =>
        All.FirstOrDefault(format => format.Name == name) ?? throw new InputException($"no tool-call format '{name}': there are {string.Join(", ", All.Select(format => format.Name))}");
}

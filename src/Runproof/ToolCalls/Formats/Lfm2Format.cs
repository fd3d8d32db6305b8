using Runproof.ToolCalls.Families;

namespace Runproof.ToolCalls.Formats;

/// <summary>LFM2: calls as a list in Python, between markers of its own.</summary>
internal sealed class Lfm2Format() : PythonFormat("lfm2", "<|tool_call_start|>", "<|tool_call_end|>");

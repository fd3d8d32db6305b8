using Runproof.ToolCalls.Families;

namespace Runproof.ToolCalls.Formats;

/// <summary>Llama 4: calls as a list in Python, between markers.</summary>
internal sealed class Llama4Format() : PythonFormat("llama4", "<|python_start|>", "<|python_end|>");

using Runproof.ToolCalls.Families;

namespace Runproof.ToolCalls.Formats;

/// <summary>Calls as a list in Python, on a line of its own (ToolACE, OLMo 3, Llama 4 without markers).</summary>
internal sealed class PythonicFormat() : PythonFormat("pythonic");

using Runproof.ToolCalls.Families;

namespace Runproof.ToolCalls.Formats;

/// <summary>Roo Code: Cline's tags; <c>content</c> stands on lines of its own and keeps its white space. Source: RooCodeInc/Roo-Code, src/core/assistant-message/parseAssistantMessage.ts.</summary>
internal sealed class RooFormat() : UserTagFormat("roo")
{
    protected override bool IsOnLines(string tool, string key) => key == "content";
}

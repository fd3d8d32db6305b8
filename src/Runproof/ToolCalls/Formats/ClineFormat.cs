using Runproof.ToolCalls.Families;

namespace Runproof.ToolCalls.Formats;

/// <summary>Cline: <c>&lt;execute_command&gt;&lt;command&gt;ls&lt;/command&gt;&lt;/execute_command&gt;</c>. Source: cline/cline, src/core/assistant-message/parse-assistant-message.ts (values are trimmed; <c>content</c> of <c>write_to_file</c> ends at its last closing tag).</summary>
internal sealed class ClineFormat() : UserTagFormat("cline");

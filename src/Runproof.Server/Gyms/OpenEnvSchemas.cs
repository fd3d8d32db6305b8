using System.Text.Json.Nodes;

namespace Runproof.Server.Gyms;

/// <summary>What OpenEnv's <c>/schema</c> tells.</summary>
internal static class OpenEnvSchemas
{
    public static JsonObject All() => new()
    {
        ["action"] = JsonNode.Parse("""
            {"title": "Action", "type": "object", "additionalProperties": false, "properties": {
                "tool": {"type": "string", "description": "Name of a tool of the episode"}, "arguments": {"type": "object", "default": {}}, "content": {"type": "string", "description": "What the agent says beside its call"},
                "tool_calls": {"type": "array", "items": {"type": "object"}, "description": "Calls as chat completions have them"}, "message": {"type": "object", "description": "A whole message of chat completions"},
                "text": {"type": "string", "description": "What a model wrote, tool calls as text among it"}, "format": {"type": "string", "description": "Of these calls, for example hermes, qwen3-coder"},
                "type": {"enum": ["call_tool", "list_tools"]}, "tool_name": {"type": "string"}, "metadata": {"type": "object"}}}
            """),
        ["observation"] = JsonNode.Parse("""
            {"title": "Observation", "type": "object", "properties": {
                "text": {"type": "string"}, "messages": {"type": "array", "items": {"type": "object"}, "description": "At a reset all messages that a model begins with, then those of the step"},
                "tools": {"type": "array", "items": {"type": "object"}}, "results": {"type": "array", "items": {"type": "object"}}, "problems": {"type": "array", "items": {"type": "string"}},
                "session_id": {"type": "string"}, "episode_id": {"type": "string"}, "task_id": {"type": "string"}, "repo": {"type": "string"}, "agent": {"type": "string"}, "tests": {"enum": ["hidden", "visible"]},
                "step_count": {"type": "integer"}, "infrastructure": {"type": "boolean", "description": "The machine failed, not the agent: the reward is null"},
                "exit": {"type": "string"}, "exit_detail": {"type": "string"}, "outcome": {"enum": ["resolved", "unresolved", "infrastructure"]}, "resolved": {"type": ["boolean", "null"]}, "reason": {"type": "string"},
                "rewards": {"type": "object", "additionalProperties": {"type": "number"}}, "hacks": {"type": "array", "items": {"type": "string"}}, "patch": {"type": "string"}, "turns": {"type": "integer"}}}
            """),
        ["state"] = JsonNode.Parse("""
            {"title": "State", "type": "object", "additionalProperties": true, "properties": {
                "episode_id": {"type": ["string", "null"]}, "step_count": {"type": "integer", "minimum": 0}, "session_id": {"type": "string"}, "task_id": {"type": "string"}, "agent": {"type": "string"},
                "tests": {"type": "string"}, "done": {"type": "boolean"}, "reward": {"type": ["number", "null"]}}}
            """),
    };
}

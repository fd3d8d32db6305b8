namespace Runproof.Tests.Rollouts.Formats;

/// <summary>
/// What readers take, written down from their sources: Harbor's pydantic models of ATIF 1.7 (extra fields forbidden), mini-swe-agent 2 (agents/default.py, models), SWE-agent 1 (types.py), the SWE-bench harness, TRL
/// (dataset_formats.md), verl (AgentLoopOutput), slime (Sample), SkyRL (GeneratorOutput), verifiers v1 (Trace, MessageNode).
/// </summary>
internal static class Schemas
{
    /// <summary>Parts that several have: arguments of calls are an object, or JSON in a text.</summary>
    public const string Shared = """
        {
            "ints": {"type": "array", "items": {"type": "integer"}}, "numbers": {"type": "array", "items": {"type": "number"}}, "mask": {"type": "array", "items": {"enum": [0, 1]}},
            "tools": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["type", "function"], "additionalProperties": false, "properties": {"type": {"const": "function"}, "function": {
                "type": "object", "required": ["name", "description", "parameters"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "description": {"type": "string"}, "parameters": {"type": "object"}}}}}},
            "object_calls": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["id", "type", "function"], "additionalProperties": false, "properties": {"id": {"type": "string"}, "type": {"const": "function"},
                "function": {"type": "object", "required": ["name", "arguments"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "arguments": {"type": "object"}}}}}},
            "text_calls": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["id", "type", "function"], "additionalProperties": false, "properties": {"id": {"type": "string"}, "type": {"const": "function"},
                "function": {"type": "object", "required": ["name", "arguments"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "arguments": {"type": "string"}}}}}},
            "told": {"type": "object", "required": ["role", "content"], "additionalProperties": false, "properties": {"role": {"enum": ["system", "user"]}, "content": {"type": "string"}}},
            "named_result": {"type": "object", "required": ["role", "content", "tool_call_id", "name"], "additionalProperties": false, "properties": {"role": {"const": "tool"}, "content": {"type": "string"}, "tool_call_id": {"type": "string"}, "name": {"type": "string"}}},
            "result": {"type": "object", "required": ["role", "content", "tool_call_id"], "additionalProperties": false, "properties": {"role": {"const": "tool"}, "content": {"type": "string"}, "tool_call_id": {"type": "string"}}},
            "messages": {"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": "told"}, {"$ref": "named_result"}, {"type": "object", "required": ["role", "content"], "additionalProperties": false, "properties": {"role": {"const": "assistant"}, "content": {"type": "string"}, "reasoning_content": {"type": "string"}, "tool_calls": {"$ref": "object_calls"}}}]}},
            "slime_messages": {"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": "told"}, {"$ref": "named_result"}, {"type": "object", "required": ["role", "content", "step_loss_mask"], "additionalProperties": false, "properties": {"role": {"const": "assistant"}, "content": {"type": "string"}, "reasoning_content": {"type": "string"}, "tool_calls": {"$ref": "object_calls"}, "step_loss_mask": {"enum": [0, 1]}}}]}},
            "openai_messages": {"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": "told"}, {"$ref": "result"}, {"type": "object", "required": ["role", "content", "weight"], "additionalProperties": false, "properties": {"role": {"const": "assistant"}, "content": {"type": "string"}, "reasoning_content": {"type": "string"}, "tool_calls": {"$ref": "text_calls"}, "weight": {"enum": [0, 1]}}}]}}
        }
        """;

    public const string Atif = """
        {"type": "object", "required": ["schema_version", "agent", "steps"], "additionalProperties": false, "properties": {
            "schema_version": {"const": "ATIF-v1.7"}, "session_id": {"type": "string"}, "trajectory_id": {"type": "string"}, "notes": {"type": "string"}, "continued_trajectory_ref": {"type": "string"}, "extra": {"type": "object"},
            "agent": {"type": "object", "required": ["name", "version"], "additionalProperties": false, "properties": {
                "name": {"type": "string"}, "version": {"type": "string"}, "model_name": {"type": "string"}, "tool_definitions": {"$ref": "tools"}, "extra": {"type": "object"}}},
            "steps": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["step_id", "source", "message"], "additionalProperties": false, "properties": {
                "step_id": {"type": "integer"}, "timestamp": {"type": "string"}, "source": {"enum": ["system", "user", "agent"]}, "model_name": {"type": "string"}, "reasoning_effort": {"type": ["string", "number"]},
                "message": {"type": "string"}, "reasoning_content": {"type": "string"}, "is_copied_context": {"type": "boolean"}, "llm_call_count": {"type": "integer"}, "extra": {"type": "object"},
                "tool_calls": {"type": "array", "items": {"type": "object", "required": ["tool_call_id", "function_name", "arguments"], "additionalProperties": false, "properties": {
                    "tool_call_id": {"type": "string"}, "function_name": {"type": "string"}, "arguments": {"type": "object"}, "extra": {"type": "object"}}}},
                "observation": {"type": "object", "required": ["results"], "additionalProperties": false, "properties": {"results": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
                    "source_call_id": {"type": "string"}, "content": {"type": "string"}, "subagent_trajectory_ref": {"type": "array"}, "extra": {"type": "object"}}}}}},
                "metrics": {"type": "object", "additionalProperties": false, "properties": {
                    "prompt_tokens": {"type": "integer"}, "completion_tokens": {"type": "integer"}, "cached_tokens": {"type": "integer"}, "cost_usd": {"type": "number"}, "prompt_token_ids": {"$ref": "ints"},
                    "completion_token_ids": {"$ref": "ints"}, "logprobs": {"$ref": "numbers"}, "extra": {"type": "object"}}}}}},
            "final_metrics": {"type": "object", "additionalProperties": false, "properties": {
                "total_prompt_tokens": {"type": "integer"}, "total_completion_tokens": {"type": "integer"}, "total_cached_tokens": {"type": "integer"}, "total_cost_usd": {"type": "number"}, "total_steps": {"type": "integer"},
                "extra": {"type": "object"}}}}}
        """;

    public const string Mini = """
        {"type": "object", "required": ["info", "messages", "trajectory_format"], "properties": {
            "trajectory_format": {"const": "mini-swe-agent-1.1"}, "instance_id": {"type": "string"},
            "info": {"type": "object", "required": ["model_stats", "config", "mini_version", "exit_status", "submission"], "properties": {
                "model_stats": {"type": "object", "required": ["instance_cost", "api_calls"], "additionalProperties": false, "properties": {"instance_cost": {"type": "number"}, "api_calls": {"type": "integer"}}},
                "config": {"type": "object", "required": ["agent", "agent_type", "model", "model_type", "environment", "environment_type"], "additionalProperties": false, "properties": {
                    "agent": {"type": "object", "required": ["system_template", "instance_template", "step_limit", "cost_limit", "wall_time_limit_seconds"]}, "agent_type": {"type": "string"},
                    "model": {"type": "object", "required": ["model_name"]}, "model_type": {"type": "string"}, "environment": {"type": "object"}, "environment_type": {"type": "string"}}},
                "mini_version": {"type": "string"}, "exit_status": {"type": "string"}, "submission": {"type": "string"}}},
            "messages": {"type": "array", "minItems": 3, "items": {"anyOf": [{"$ref": "plain"}, {"$ref": "assistant"}, {"$ref": "tool"}, {"$ref": "exit"}, {"$ref": "error"}]}}},
         "$defs": {
            "plain": {"type": "object", "required": ["role", "content"], "additionalProperties": false, "properties": {"role": {"enum": ["system", "user"]}, "content": {"type": "string"}}},
            "assistant": {"type": "object", "required": ["role", "content", "tool_calls", "extra"], "additionalProperties": false, "properties": {"role": {"const": "assistant"}, "content": {"type": "string"}, "reasoning_content": {"type": "string"},
                "tool_calls": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["id", "type", "function"], "additionalProperties": false, "properties": {"id": {"type": "string"}, "type": {"const": "function"},
                    "function": {"type": "object", "required": ["name", "arguments"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "arguments": {"type": "string"}}}}}},
                "extra": {"type": "object", "required": ["actions", "response", "cost", "timestamp"], "properties": {"cost": {"type": "number"}, "timestamp": {"type": "number"}, "response": {"type": "object"},
                    "actions": {"type": "array", "items": {"type": "object", "required": ["command", "tool_call_id"], "additionalProperties": false, "properties": {"command": {"type": "string"}, "tool_call_id": {"type": "string"}}}}}}}},
            "tool": {"type": "object", "required": ["role", "content", "tool_call_id", "extra"], "additionalProperties": false, "properties": {"role": {"const": "tool"}, "content": {"type": "string"}, "tool_call_id": {"type": "string"},
                "extra": {"type": "object", "required": ["raw_output", "returncode", "timestamp", "exception_info"], "properties": {
                    "raw_output": {"type": "string"}, "returncode": {"type": "integer"}, "timestamp": {"type": "number"}, "exception_info": {"type": "string"}}}}},
            "error": {"type": "object", "required": ["role", "content", "extra"], "additionalProperties": false, "properties": {"role": {"const": "user"}, "content": {"type": "string"},
                "extra": {"type": "object", "required": ["interrupt_type", "cost", "response"], "properties": {"interrupt_type": {"const": "FormatError"}, "cost": {"type": "number"}, "response": {"type": "object"}}}}},
            "exit": {"type": "object", "required": ["role", "content", "extra"], "additionalProperties": false, "properties": {"role": {"const": "exit"}, "content": {"type": "string"},
                "extra": {"type": "object", "required": ["exit_status", "submission"], "properties": {"exit_status": {"type": "string"}, "submission": {"type": "string"}}}}}}}
        """;

    public const string SweAgent = """
        {"type": "object", "required": ["trajectory", "history", "info", "replay_config", "environment"], "properties": {
            "replay_config": {"type": ["string", "null"]}, "environment": {"type": "string"},
            "trajectory": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["action", "observation", "response", "state", "thought", "execution_time", "query", "extra_info"], "additionalProperties": false, "properties": {
                "action": {"type": "string"}, "observation": {"type": "string"}, "response": {"type": "string"}, "state": {"type": "object"}, "thought": {"type": "string"}, "execution_time": {"type": "number"}, "query": {"type": "array"},
                "extra_info": {"type": "object"}}}},
            "history": {"type": "array", "minItems": 3, "items": {"type": "object", "required": ["role", "content", "message_type"], "additionalProperties": false, "properties": {
                "role": {"enum": ["system", "user", "assistant", "tool"]}, "content": {"type": "string"}, "message_type": {"enum": ["thought", "action", "observation", "system_prompt"]}, "agent": {"type": "string"}, "is_demo": {"type": "boolean"},
                "thought": {"type": "string"}, "action": {"type": ["string", "null"]}, "tool_call_ids": {"type": "array", "items": {"type": "string"}}, "tags": {"type": "array"}, "thinking_blocks": {"type": ["array", "null"]},
                "tool_calls": {"type": ["array", "null"], "items": {"type": "object", "required": ["id", "type", "function"], "properties": {"function": {"type": "object", "required": ["name", "arguments"], "properties": {"arguments": {"type": "string"}}}}}}}}},
            "info": {"type": "object", "required": ["exit_status", "submission", "model_stats"], "properties": {"exit_status": {"type": "string"}, "submission": {"type": ["string", "null"]},
                "model_stats": {"type": "object", "required": ["instance_cost", "tokens_sent", "tokens_received", "api_calls"], "properties": {
                    "instance_cost": {"type": "number"}, "tokens_sent": {"type": "integer"}, "tokens_received": {"type": "integer"}, "api_calls": {"type": "integer"}}}}}}}
        """;

    public const string Prediction = """
        {"type": "object", "required": ["instance_id", "model_name_or_path", "model_patch"], "additionalProperties": false, "properties": {"instance_id": {"type": "string"}, "model_name_or_path": {"type": "string"}, "model_patch": {"type": "string"}}}
        """;

    public const string OpenAi = """
        {"type": "object", "required": ["messages", "tools", "loss_mask", "metadata"], "additionalProperties": false, "properties": {"messages": {"$ref": "openai_messages"}, "tools": {"$ref": "tools"}, "loss_mask": {"$ref": "mask"}, "metadata": {"type": "object"}}}
        """;

    public const string Trl = """
        {"type": "object", "required": ["prompt", "completion", "tools", "label", "reward"], "additionalProperties": false, "properties": {
            "prompt": {"$ref": "messages"}, "completion": {"$ref": "messages"}, "tools": {"$ref": "tools"}, "label": {"type": "boolean"}, "reward": {"type": "number"}}}
        """;

    public const string Verl = """
        {"type": "object", "required": ["prompt_ids", "response_ids", "response_mask", "reward_score", "num_turns", "metrics", "extra_fields"], "additionalProperties": false, "properties": {
            "prompt_ids": {"$ref": "ints"}, "response_ids": {"$ref": "ints"}, "response_mask": {"$ref": "mask"}, "response_logprobs": {"anyOf": [{"type": "null"}, {"$ref": "numbers"}]}, "routed_experts": {"type": "null"}, "multi_modal_data": {"type": ["object", "null"]},
            "reward_score": {"type": "number"}, "num_turns": {"type": "integer"}, "extra_fields": {"type": "object"},
            "metrics": {"type": "object", "additionalProperties": false, "properties": {"generate_sequences": {"type": "number"}, "tool_calls": {"type": "number"}, "num_preempted": {"type": "integer"}}}}}
        """;

    public const string VerlMessages = """
        {"type": "object", "required": ["messages", "tools", "extra_info"], "additionalProperties": false, "properties": {"messages": {"$ref": "messages"}, "tools": {"$ref": "tools"}, "extra_info": {"type": "object"}}}
        """;

    public const string Slime = """
        {"type": "object", "required": ["prompt", "tokens", "response", "response_length", "reward", "loss_mask", "status", "metadata"], "additionalProperties": false, "properties": {
            "group_index": {"type": "integer"}, "index": {"type": "integer"}, "rollout_id": {"type": "integer"}, "prompt": {"$ref": "messages"}, "tokens": {"$ref": "ints"}, "response": {"type": "string"}, "response_length": {"type": "integer"},
            "label": {"type": "string"}, "reward": {"type": "number"}, "loss_mask": {"$ref": "mask"}, "weight_versions": {"type": "array", "items": {"type": "string"}}, "rollout_log_probs": {"anyOf": [{"type": "null"}, {"$ref": "numbers"}]},
            "remove_sample": {"const": false}, "status": {"enum": ["pending", "completed", "truncated", "aborted", "failed"]}, "metadata": {"type": "object"}, "session_id": {"type": "string"}, "non_generation_time": {"type": "number"}}}
        """;

    public const string SlimeMessages = """
        {"type": "object", "required": ["messages", "tools", "metadata"], "additionalProperties": false, "properties": {
            "messages": {"$ref": "slime_messages"}, "tools": {"$ref": "tools"}, "label": {"type": "string"}, "metadata": {"type": "object"}}}
        """;

    public const string SkyRl = """
        {"type": "object", "additionalProperties": false, "required": ["prompt_token_ids", "response_ids", "rewards", "loss_masks", "stop_reasons", "rollout_metrics", "rollout_logprobs", "trajectory_ids", "trajectory_generation_times",
            "trajectory_time_splits", "rollout_expert_indices", "is_last_step", "env_metrics", "pixel_values", "image_grid_thw"], "properties": {
            "prompt_token_ids": {"type": "array", "items": {"$ref": "ints"}}, "response_ids": {"type": "array", "items": {"$ref": "ints"}}, "rewards": {"type": "array", "items": {"$ref": "numbers"}}, "loss_masks": {"type": "array", "items": {"$ref": "mask"}},
            "stop_reasons": {"type": "array", "items": {"type": "string"}}, "rollout_metrics": {"type": "null"}, "rollout_logprobs": {"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "numbers"}}]},
            "trajectory_ids": {"type": "array", "items": {"type": "object", "required": ["instance_id", "repetition_id"], "additionalProperties": false, "properties": {"instance_id": {"type": "string"}, "repetition_id": {"type": "integer"}}}},
            "trajectory_generation_times": {"$ref": "numbers"}, "trajectory_time_splits": {"type": "object", "required": ["llm", "env"], "additionalProperties": false, "properties": {"llm": {"$ref": "numbers"}, "env": {"$ref": "numbers"}}},
            "rollout_expert_indices": {"type": "null"}, "is_last_step": {"type": "array", "items": {"type": "boolean"}}, "env_metrics": {"type": "array", "items": {"type": "object"}}, "pixel_values": {"type": "null"}, "image_grid_thw": {"type": "null"}}}
        """;

    public const string SkyRlMessages = """
        {"type": "object", "required": ["messages", "tools"], "additionalProperties": false, "properties": {"messages": {"$ref": "messages"}, "tools": {"$ref": "tools"}}}
        """;

    public const string PrimeRl = """
        {"type": "object", "required": ["version", "id", "task", "agent", "nodes"], "additionalProperties": false, "properties": {
            "version": {"const": 1}, "id": {"type": "string"}, "is_completed": {"type": "boolean"}, "ok": {"type": "boolean"}, "stop_condition": {"type": ["string", "null"]}, "info": {"type": "object"}, "timing": {"type": "object"},
            "task": {"type": "object", "required": ["type", "data"], "additionalProperties": false, "properties": {"type": {"type": "string"}, "data": {"type": "object"}, "key": {"type": "string"}, "hash": {"type": "string"}}},
            "agent": {"type": "object", "required": ["config"], "additionalProperties": false, "properties": {"config": {"type": "object"}, "name": {"type": "string"}, "trainable": {"type": "boolean"}}},
            "tools": {"type": "array", "items": {"type": "object", "required": ["name", "description", "parameters"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "description": {"type": "string"}, "parameters": {"type": "object"}}}},
            "rewards": {"type": "object"}, "metrics": {"type": "object"},
            "calls": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"node": {"type": "integer"}, "model": {"type": ["string", "null"]}, "sampling": {"type": "object"}, "finish_reason": {"enum": ["stop", "length", "tool_calls", null]},
                "time": {"type": "object", "required": ["start", "end"]}, "usage": {"type": "object", "required": ["prompt_tokens", "completion_tokens"]}}}},
            "nodes": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["parent", "message", "sampled", "token_ids", "mask", "logprobs"], "additionalProperties": false, "properties": {
                "parent": {"type": ["integer", "null"]}, "sampled": {"type": "boolean"}, "timestamp": {"type": "number"}, "token_ids": {"$ref": "ints"}, "mask": {"type": "array", "items": {"type": "boolean"}}, "is_content": {"type": "array"}, "logprobs": {"$ref": "numbers"},
                "message": {"anyOf": [
                    {"type": "object", "required": ["role", "content"], "additionalProperties": false, "properties": {"role": {"enum": ["system", "user"]}, "content": {"type": "string"}}},
                    {"type": "object", "required": ["role", "content", "tool_call_id"], "additionalProperties": false, "properties": {"role": {"const": "tool"}, "content": {"type": "string"}, "tool_call_id": {"type": "string"}, "name": {"type": "string"}}},
                    {"type": "object", "required": ["role"], "additionalProperties": false, "properties": {"role": {"const": "assistant"}, "content": {"type": ["string", "null"]}, "reasoning_content": {"type": "string"},
                        "tool_calls": {"type": "array", "items": {"type": "object", "required": ["id", "name", "arguments"], "additionalProperties": false, "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "arguments": {"type": "string"}}}}}}]}}}}}}
        """;
}

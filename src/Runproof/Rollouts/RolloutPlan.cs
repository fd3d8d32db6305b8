using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>How attempts are made. Those of equal plans belong together: a call goes on with what an earlier one began.</summary>
/// <param name="Agent">Name of the scaffold.</param>
/// <param name="Model">As it was given: <c>repair</c>, <c>openai:URL#NAME</c>, <c>replay:FILE</c>.</param>
/// <param name="Format">Of tool calls; null where they come apart from the text.</param>
/// <param name="Seed">Each attempt has one that follows from it.</param>
internal sealed record RolloutPlan(string Agent, string Model, string? Format, TestVisibility Tests, int Turns, double TotalSeconds, double CommandSeconds, decimal? Dollars, double? Temperature, int? MostTokens, int Seed)
{
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json.Compact)))[..16];

    public AgentLimits Limits(Scaffold scaffold) => scaffold.Limits with { Turns = Turns, Total = TimeSpan.FromSeconds(TotalSeconds), Command = TimeSpan.FromSeconds(CommandSeconds), Dollars = Dollars };
}

/// <summary>One attempt at a task.</summary>
/// <param name="Attempt">From 1.</param>
internal sealed record RolloutKey(string Plan, string InstanceId, int Attempt)
{
    [JsonIgnore]
    public string Name => $"{InstanceId}.{Plan[..8]}.{Attempt}";
}

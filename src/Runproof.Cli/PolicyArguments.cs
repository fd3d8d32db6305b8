using System.CommandLine;
using System.Globalization;
using Runproof.Agents;
using Runproof.Agents.Policies;
using Runproof.Chat;
using Runproof.Rollouts;
using Runproof.Rollouts.Sources;
using Runproof.Tasks;
using Runproof.ToolCalls;

namespace Runproof.Cli;

/// <summary>Options that say who decides in a rollout: <c>repair</c>, <c>openai:URL#NAME</c>, <c>replay:FILE</c>.</summary>
internal static class PolicyArguments
{
    private const string Repair = "repair", OpenAi = "openai:", Replay = "replay:", Native = "native";

    private static readonly Option<string> Model = new("--model")
    {
        Description = $"Who decides: {Repair} (built in, without a model), openai:URL#NAME (a server of OpenAI's chat completions; its key comes from {ModelOptions.KeyVariable}), replay:FILE (recorded attempts)", DefaultValueFactory = _ => Repair, HelpName = "WHO",
    };

    private static readonly Option<string?> Format = new("--format") { Description = "How the model writes tool calls as text, e.g. hermes, qwen3-coder (default: native, which is its server's own way; terminus and aider have formats of their own)", HelpName = "NAME" };
    private static readonly Option<double?> Temperature = new("--temperature") { Description = "Of sampling", HelpName = "T" };
    private static readonly Option<int?> MostTokens = new("--max-tokens") { Description = "Of one reply", HelpName = "N" };
    private static readonly Option<string?> Price = new("--price") { Description = "Dollars for a million tokens, in and out, e.g. 0.3,1.2", HelpName = "IN,OUT" };
    private static readonly Option<int> Requests = GlobalOptions.AtLeastOne(new("--model-requests") { Description = "Most requests of this run", DefaultValueFactory = _ => 1_000_000, HelpName = "N" });
    private static readonly Option<long> Tokens = new("--model-tokens") { Description = "Most tokens of this run, in and out", DefaultValueFactory = _ => long.MaxValue, HelpName = "N" };
    private static readonly Option<int> Seconds = GlobalOptions.AtLeastOne(new("--model-seconds") { Description = "Time limit of one request", DefaultValueFactory = _ => 600, HelpName = "N" });

    static PolicyArguments() => Format.CompletionSources.Add([Native, .. ToolCallFormats.All.Select(format => format.Name)]);

    private static readonly Option<string?> User = new("--user") { Description = "Model that plays the user where a question has no uses: openai:URL#NAME", HelpName = "WHO" };

    /// <summary>Of the verb that asks for answers.</summary>
    public static IReadOnlyList<Option> OfAnswers { get; } = [Model, User, Requests, Tokens, Seconds];

    public static IReadOnlyList<Option> All { get; } = [Model, Format, Temperature, MostTokens, Price, Requests, Tokens, Seconds];

    /// <exception cref="InputException">A value cannot be used.</exception>
    public static RolloutPlan PlanOf(ParseResult parsed, Scaffold scaffold, TestVisibility tests, int seed)
    {
        var limits = scaffold.Limits;
        var model = parsed.GetValue(Model)!;
        return new(
            scaffold.Name, model, FormatOf(parsed, scaffold)?.Name, tests, limits.Turns, limits.Total.TotalSeconds, limits.Command.TotalSeconds, null, parsed.GetValue(Temperature), parsed.GetValue(MostTokens), seed);
    }

    /// <exception cref="InputException">The model cannot be used.</exception>
    public static IPolicySource Open(ParseResult parsed, Scaffold scaffold)
    {
        var model = parsed.GetValue(Model)!;
        if (model == Repair)
        {
            // A scaffold without commands says so before anything begins.
            scaffold.Command("true");
            return new RepairSource();
        }

        if (model.StartsWith(Replay, StringComparison.Ordinal)) return ReplaySource.Open(model[Replay.Length..]);
        return new ModelSource(ClientOf(parsed, "--model", model, $"{Repair}, openai:URL#NAME or replay:FILE"), FormatOf(parsed, scaffold), new(parsed.GetValue(Temperature), parsed.GetValue(MostTokens)), PriceOf(parsed.GetValue(Price)));
    }

    /// <summary>The model that is asked for answers.</summary>
    /// <exception cref="InputException">There is none, or it cannot be used.</exception>
    public static ModelClient OpenModel(ParseResult parsed) => ClientOf(parsed, "--model", parsed.GetValue(Model)!, "openai:URL#NAME; or give --answers");

    /// <summary>The model that plays the user; null where none is named.</summary>
    public static ModelClient? OpenUser(ParseResult parsed) => parsed.GetValue(User) is { } user ? ClientOf(parsed, "--user", user, "openai:URL#NAME") : null;

    public static IPolicy PolicyOf(ModelClient client) => new ModelPolicy(client.Chat, null, new(), null);

    private static ModelClient ClientOf(ParseResult parsed, string option, string model, string allowed)
    {
        if (!model.StartsWith(OpenAi, StringComparison.Ordinal) || model.IndexOf('#', StringComparison.Ordinal) is not (> 0 and var hash))
            throw new InputException($"{option} '{model}': it is {allowed} (for example openai:http://localhost:8000/v1#qwen3-coder)");
        var limits = ModelLimits.Default with { MostRequests = parsed.GetValue(Requests), MostTokens = parsed.GetValue(Tokens), PerCall = TimeSpan.FromSeconds(parsed.GetValue(Seconds)) };
        return ModelClient.Open(ModelOptions.Read(model[(hash + 1)..], model[OpenAi.Length..hash], null, null, limits, Environment.GetEnvironmentVariable), TimeProvider.System);
    }

    private static ToolCallFormat? FormatOf(ParseResult parsed, Scaffold scaffold) => (parsed.GetValue(Format) ?? scaffold.Format) is { } name && name != Native ? ToolCallFormats.Of(name) : null;

    private static ModelPrice? PriceOf(string? text)
    {
        if (text is null) return null;
        var parts = text.Split(',');
        return parts.Length == 2 && decimal.TryParse(parts[0], CultureInfo.InvariantCulture, out var input) && decimal.TryParse(parts[1], CultureInfo.InvariantCulture, out var output) && input >= 0 && output >= 0
            ? new(input, output) : throw new InputException($"--price '{text}': give dollars for a million tokens in and out, as in 0.3,1.2");
    }
}

using System.CommandLine;
using Runproof.Chat;

namespace Runproof.Cli;

/// <summary>Options of verbs that may have a model write statements.</summary>
internal static class ModelArguments
{
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "Model that writes the statements, at a server that speaks OpenAI's chat completions (without one a template does), e.g. --model qwen3 --model-url http://localhost:8000/v1", HelpName = "NAME",
    };

    private static readonly Option<string?> Url = new("--model-url") { Description = $"The server (default: {ModelOptions.UrlVariable}); its key comes from {ModelOptions.KeyVariable}", HelpName = "URL" };

    private static readonly Option<string?> Record = new("--model-record") { Description = "Keep the model's replies in a file; those it holds already are not asked for again", HelpName = "FILE" };

    private static readonly Option<string?> Replay = new("--model-replay") { Description = "Take the model's replies from such a file alone; no server is asked", HelpName = "FILE" };

    private static readonly Option<int> Requests = GlobalOptions.AtLeastOne(new("--model-requests") { Description = "Most requests of this run", DefaultValueFactory = _ => ModelLimits.Default.MostRequests, HelpName = "N" });

    private static readonly Option<int> Tokens = GlobalOptions.AtLeastOne(new("--model-tokens") { Description = "Most tokens of this run, in and out", DefaultValueFactory = _ => (int)ModelLimits.Default.MostTokens, HelpName = "N" });

    private static readonly Option<int> Seconds = GlobalOptions.AtLeastOne(new("--model-seconds") { Description = "Time limit of one request", DefaultValueFactory = _ => (int)ModelLimits.Default.PerCall.TotalSeconds, HelpName = "N" });

    public static IReadOnlyList<Option> All { get; } = [Model, Url, Record, Replay, Requests, Tokens, Seconds];

    /// <summary>Null without <c>--model</c>.</summary>
    /// <exception cref="InputException">The options do not fit together, or cannot be used.</exception>
    public static ModelClient? Open(ParseResult parsed)
    {
        if (parsed.GetValue(Model) is not { } model)
        {
            var lonely = All.Skip(1).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
            return lonely is null ? null : throw new InputException($"{lonely.Name} means nothing without --model NAME");
        }

        var limits = ModelLimits.Default with { MostRequests = parsed.GetValue(Requests), MostTokens = parsed.GetValue(Tokens), PerCall = TimeSpan.FromSeconds(parsed.GetValue(Seconds)) };
        return ModelClient.Open(ModelOptions.Read(model, parsed.GetValue(Url), parsed.GetValue(Record), parsed.GetValue(Replay), limits, Environment.GetEnvironmentVariable), TimeProvider.System);
    }
}

namespace Runproof.Chat;

/// <summary>What a model may cost.</summary>
/// <param name="MostRequests">HTTP requests of one run, repeated ones included.</param>
/// <param name="MostTokens">Tokens of one run, in and out. The requests that are under way when it is reached still end.</param>
/// <param name="PerCall">How long one request may take.</param>
/// <param name="Retries">How often a request is repeated that the server was too busy for.</param>
/// <param name="FirstDelay">The wait before the first repetition where the server names none; it doubles each time.</param>
/// <param name="LongestWait">A server that asks for a longer wait is taken to have failed.</param>
internal sealed record ModelLimits(int MostRequests, long MostTokens, TimeSpan PerCall, int Retries, TimeSpan FirstDelay, TimeSpan LongestWait)
{
    public static ModelLimits Default { get; } = new(2_000, 5_000_000, TimeSpan.FromSeconds(120), 4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
}

/// <summary>Which model, and where. Checked once, when it is read.</summary>
/// <param name="Url">The root of the API, to which <c>/chat/completions</c> belongs; null when replies are only replayed.</param>
/// <param name="Key">Never written anywhere.</param>
/// <param name="Record">A file that every reply is added to; what it holds already is not asked for again.</param>
/// <param name="Replay">A file that all replies come from; no server is asked.</param>
internal sealed record ModelOptions(string Model, Uri? Url, string? Key, ModelLimits Limits, string? Record = null, string? Replay = null)
{
    public const string UrlVariable = "OPENAI_BASE_URL";
    public const string KeyVariable = "OPENAI_API_KEY";

    /// <param name="url">Null: from the environment.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="InputException">Something of it cannot be used.</exception>
    public static ModelOptions Read(string model, string? url, string? record, string? replay, ModelLimits limits, Func<string, string?> variable)
    {
        model = model.Trim();
        if (model.Length == 0 || model.Any(char.IsControl)) throw new InputException("--model needs the name of a model, as its server lists it");
        if (record is not null && replay is not null) throw new InputException("--model-record and --model-replay exclude each other: --model-record also reuses the replies that its file holds");
        if (replay is not null) return new(model, null, null, limits, Replay: RecordedReplies.Existing(replay));
        var address = url ?? variable(UrlVariable);
        if (string.IsNullOrWhiteSpace(address)) throw new InputException($"--model needs a server: give --model-url URL (for example http://localhost:8000/v1) or set {UrlVariable}");
        return new(model, Address(address.Trim(), url is null ? UrlVariable : "--model-url"), KeyOf(variable(KeyVariable)), limits, record);
    }

    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"{Model} at {Url?.AbsoluteUri ?? Replay}";

    private static Uri Address(string text, string source)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw new InputException($"{source} is no http or https address: give one like http://localhost:8000/v1");
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new InputException($"{source} must be an address alone, without a user, a password or a query: the key belongs into {KeyVariable}");
        return url.AbsolutePath == "/" ? new(url, "/v1") : url;
    }

    /// <summary>HTTP libraries put a header that they refuse into the error: a key that is none must not get that far.</summary>
    private static string? KeyOf(string? text)
    {
        var key = text?.Trim();
        if (string.IsNullOrEmpty(key)) return null;
        return key.All(c => c is > ' ' and < '\u007f') ? key : throw new InputException($"{KeyVariable} holds characters that no key has: set it again");
    }
}

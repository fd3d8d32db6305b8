using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Runproof.Chat;

/// <summary>
/// One server that speaks the protocol of OpenAI's chat completions. Whatever goes wrong is a <see cref="ModelException"/> of one line, without the key and without an
/// inner exception: those repeat what the server said, and servers repeat keys.
/// </summary>
internal sealed class ServerClient(ModelOptions options, HttpClient http, TimeProvider clock) : WholeReplyClient(Connect(options, http))
{
    private const int LongestReason = 200;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chat = null, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(options.Limits.PerCall, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await base.GetResponseAsync(messages, chat, both.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException || limit.IsCancellationRequested)
        {
            throw new ModelException(ModelFault.TooSlow, $"the server at {options.Url} did not answer within {options.Limits.PerCall.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s");
        }
        catch (ClientResultException error)
        {
            throw Translated(error);
        }
        catch (HttpRequestException error)
        {
            throw new ModelException(ModelFault.Unreachable, $"the server at {options.Url} does not answer ({Line(error.Message)})");
        }
        catch (Exception error) when (error is not ModelException)
        {
            // Bodies that are no JSON or lack parts end in exceptions of many kinds.
            throw new ModelException(ModelFault.BadAnswer, $"what the server at {options.Url} answers is no chat completion ({Line(error.Message)})");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) http.Dispose();
        base.Dispose(disposing);
    }

    private static IChatClient Connect(ModelOptions options, HttpClient http)
    {
        // Repetitions are ours: they count against the budget and can be told.
        var settings = new OpenAIClientOptions
        {
            Endpoint = options.Url, RetryPolicy = new ClientRetryPolicy(0), Transport = new HttpClientPipelineTransport(http), NetworkTimeout = options.Limits.PerCall + TimeSpan.FromSeconds(5),
        };

        // The client wants some key; servers that want none take any.
        return new OpenAI.Chat.ChatClient(options.Model, new ApiKeyCredential(options.Key ?? "none"), settings).AsIChatClient();
    }

    private ModelException Translated(ClientResultException error)
    {
        var reason = Line(error.Message);
        return error.Status switch
        {
            0 => new(ModelFault.Unreachable, $"the server at {options.Url} does not answer ({reason})"),
            401 or 403 when options.Key is null => new(ModelFault.Refused, $"the server at {options.Url} wants a key: set {ModelOptions.KeyVariable}"),
            401 or 403 => new(ModelFault.Refused, $"the server at {options.Url} refuses the key of {ModelOptions.KeyVariable} ({reason})"),
            400 or 413 or 422 when IsTooLong(error.Message) => new(ModelFault.ContextFull, $"the conversation is longer than model '{options.Model}' can read ({reason})"),
            404 => new(ModelFault.Refused, $"the server at {options.Url} has no model '{options.Model}', or no chat completions at this address ({reason})"),
            408 or 425 or 429 or >= 500 => new(ModelFault.Busy, $"the server at {options.Url} is too busy or in trouble ({reason})", retryAfter: RetryAfter(error.GetRawResponse())),
            >= 400 => new(ModelFault.Refused, $"the server at {options.Url} refuses the request for model '{options.Model}' ({reason})"),
            _ => new(ModelFault.BadAnswer, $"what the server at {options.Url} answers is no chat completion ({reason})"),
        };
    }

    /// <summary>What servers say when a conversation does not fit: OpenAI's code, and the words of vLLM, SGLang, llama.cpp and Anthropic.</summary>
    private static bool IsTooLong(string text) => TooLong.Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] TooLong = ["context_length_exceeded", "maximum context length", "context window", "context length", "context size", "prompt is too long", "exceed_context_size"];

    /// <summary>Seconds or a date (RFC 9110, 10.2.3).</summary>
    private TimeSpan? RetryAfter(PipelineResponse? response)
    {
        if (response is null || !response.Headers.TryGetValue("Retry-After", out var text) || text is null) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(Math.Min(seconds, 1e6));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? TimeSpan.FromTicks(Math.Max(0, (at - clock.GetUtcNow()).Ticks)) : null;
    }

    /// <summary>One short line without the key, which servers like to repeat.</summary>
    private string Line(string text)
    {
        if (options.Key is not null) text = text.Replace(options.Key, "***", StringComparison.Ordinal);
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestReason ? line : line[..LongestReason] + "...";
    }
}

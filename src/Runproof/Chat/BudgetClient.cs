using Microsoft.Extensions.AI;

namespace Runproof.Chat;

/// <summary>What a model was asked and what it cost.</summary>
internal sealed record ModelUsage(int Requests, long InputTokens, long OutputTokens)
{
    public static ModelUsage None { get; } = new(0, 0, 0);
}

/// <summary>Counts requests and tokens, and refuses what would go over the budget.</summary>
internal sealed class BudgetClient(IChatClient inner, ModelLimits limits) : WholeReplyClient(inner)
{
    /// <summary>Where a server does not say what a reply cost: about four characters a token, in English.</summary>
    private const int CharactersPerToken = 4;

    private readonly Lock _counting = new();
    private ModelUsage _used = ModelUsage.None;

    public ModelUsage Used
    {
        get
        {
            lock (_counting) return _used;
        }
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (_counting)
        {
            if (_used.Requests >= limits.MostRequests) throw new ModelException(ModelFault.Budget, $"the budget of {limits.MostRequests} requests to the model is spent: --model-requests gives more");
            if (_used.InputTokens + _used.OutputTokens >= limits.MostTokens) throw new ModelException(ModelFault.Budget, $"the budget of {limits.MostTokens} tokens is spent: --model-tokens gives more");
            _used = _used with { Requests = _used.Requests + 1 };
        }

        var asked = messages.ToList();
        var reply = await base.GetResponseAsync(asked, options, cancellationToken);
        var input = reply.Usage?.InputTokenCount is { } told and >= 0 ? told : asked.Sum(message => message.Text.Length) / CharactersPerToken;
        var output = reply.Usage?.OutputTokenCount is { } made and >= 0 ? made : reply.Text.Length / CharactersPerToken;
        lock (_counting) _used = _used with { InputTokens = _used.InputTokens + input, OutputTokens = _used.OutputTokens + output };
        return reply;
    }
}

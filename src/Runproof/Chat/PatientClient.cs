using Microsoft.Extensions.AI;

namespace Runproof.Chat;

/// <summary>
/// Asks again when the server is too busy or in trouble, after the wait that it names or one that doubles. A server that cannot be reached is asked again only if it answered before; one that is too slow
/// is not.
/// </summary>
internal sealed class PatientClient(IChatClient inner, ModelLimits limits, TimeProvider clock) : WholeReplyClient(inner)
{
    private volatile bool _hasAnswered;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var asked = messages.ToList();
        var delay = limits.FirstDelay;
        for (var retry = 0; ; retry++)
        {
            try
            {
                var reply = await base.GetResponseAsync(asked, options, cancellationToken);
                _hasAnswered = true;
                return reply;
            }
            catch (ModelException error) when (retry < limits.Retries && (error.Fault == ModelFault.Busy || (error.Fault == ModelFault.Unreachable && _hasAnswered)) && !(error.RetryAfter > limits.LongestWait))
            {
                await Task.Delay(error.RetryAfter ?? delay, clock, cancellationToken);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, limits.LongestWait.Ticks));
            }
        }
    }
}

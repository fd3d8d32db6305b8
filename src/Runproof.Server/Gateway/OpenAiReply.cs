using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Runproof.Server.Gateway;

/// <summary>A reply as chat completions give it.</summary>
internal static class OpenAiReply
{
    public static JsonObject Error(int status, string message) => new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = status < 500 ? "invalid_request_error" : "upstream_error", ["param"] = null, ["code"] = status } };

    public static async Task WriteAsync(HttpContext context, Exchange exchange, bool isStream, TimeSpan keepAlive)
    {
        var events = new EventStream(context);
        while (!await exchange.BegunAsync(isStream ? keepAlive : Timeout.InfiniteTimeSpan, context.RequestAborted)) await events.KeepAliveAsync();
        if (isStream) await StreamAsync(events, context, exchange, keepAlive);
        else await WholeAsync(context, exchange);
    }

    /// <summary>The error that there is before anything of the reply; null where a reply begins.</summary>
    public static (int Status, JsonObject Error)? ProblemOf(Exchange exchange) =>
        exchange.Problem is { } said ? (exchange.Status!.Value, said) : exchange.Fault is { } fault ? (fault.Status, Error(fault.Status, fault.Message)) : null;

    private static async Task WholeAsync(HttpContext context, Exchange exchange)
    {
        while (!exchange.From(0).IsOver) await exchange.MoreAsync(int.MaxValue - 1, Timeout.InfiniteTimeSpan, context.RequestAborted);
        if (ProblemOf(exchange) is var (status, error))
        {
            await Answers.WriteAsync(context, error, status);
            return;
        }

        context.Response.ContentType = "application/json";
        var reply = exchange.From(0).Parts[0];
        context.Response.ContentLength = reply.Length;
        await context.Response.Body.WriteAsync(reply, context.RequestAborted);
    }

    private static async Task StreamAsync(EventStream events, HttpContext context, Exchange exchange, TimeSpan keepAlive)
    {
        if (!events.HasBegun && ProblemOf(exchange) is var (status, early))
        {
            await Answers.WriteAsync(context, early, status);
            return;
        }

        await events.BeginAsync();
        for (var number = 0; ;)
        {
            var (parts, isOver) = exchange.From(number);
            foreach (var part in parts) await events.EventAsync(part);
            number += parts.Count;
            if (isOver) break;
            if (parts.Count > 0) await events.FlushAsync();
            if (!await exchange.MoreAsync(number, keepAlive, context.RequestAborted)) await events.KeepAliveAsync();
        }

        // Without the last mark a client knows that it does not have all.
        if (ProblemOf(exchange) is var (_, late)) await events.EventAsync(JsonSerializer.SerializeToUtf8Bytes(late));
        else await events.EventAsync("[DONE]"u8.ToArray());
        await events.FlushAsync();
    }
}

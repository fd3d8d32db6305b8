using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Runproof.Server.Gateway;

/// <summary>Writes server-sent events.</summary>
internal sealed class EventStream(HttpContext context)
{
    public bool HasBegun => context.Response.HasStarted;

    public async Task BeginAsync()
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
    }

    /// <summary>Nothing for the client, but it keeps the connection from being taken for dead.</summary>
    public async Task KeepAliveAsync()
    {
        await BeginAsync();
        await WriteAsync(": keep-alive\n\n"u8.ToArray());
        await FlushAsync();
    }

    public async Task EventAsync(ReadOnlyMemory<byte> data, string? name = null)
    {
        if (name is not null) await WriteAsync(Encoding.ASCII.GetBytes($"event: {name}\n"));
        await WriteAsync("data: "u8.ToArray());
        await WriteAsync(data);
        await WriteAsync("\n\n"u8.ToArray());
    }

    public async Task FlushAsync() => await context.Response.BodyWriter.FlushAsync(context.RequestAborted);

    private ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        // Into memory; the flush sends it.
        var into = context.Response.BodyWriter.GetSpan(bytes.Length);
        bytes.Span.CopyTo(into);
        context.Response.BodyWriter.Advance(bytes.Length);
        return ValueTask.CompletedTask;
    }
}

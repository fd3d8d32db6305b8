using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Runproof.Tests.Server;

/// <summary>A server on this machine that speaks chat completions as vLLM does, token ids included, and answers what a test tells it to.</summary>
internal sealed class FakeModel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<JsonObject> _requests = [];

    private FakeModel(WebApplication app) => _app = app;

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1");

    public IReadOnlyList<JsonObject> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static async Task<FakeModel> StartAsync(Func<HttpContext, JsonObject, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var model = new FakeModel(app);
        app.MapPost("/v1/chat/completions", async context =>
        {
            var request = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            int before;
            lock (model._requests)
            {
                before = model._requests.Count;
                model._requests.Add(request);
            }

            await answer(context, request, before);
        });
        app.MapGet("/v1/models", context => context.Response.WriteAsync("""{"object": "list", "data": [{"id": "fake"}]}"""));
        await app.StartAsync();
        return model;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    /// <summary>A whole reply: a token for each letter of the text.</summary>
    public static Task SayAsync(HttpContext context, JsonObject message, int[] prompt, int[] tokens, double[] logprobs, string finish = "stop")
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            id = "c1", @object = "chat.completion", created = 1, model = "fake", prompt_token_ids = prompt,
            choices = new[] { new { index = 0, message, finish_reason = finish, token_ids = tokens, logprobs = new { content = logprobs.Select(value => new { token = "t", logprob = value }) } } },
            usage = new { prompt_tokens = prompt.Length, completion_tokens = tokens.Length, total_tokens = prompt.Length + tokens.Length },
        }));
    }

    public static JsonObject Text(string text) => new() { ["role"] = "assistant", ["content"] = text };

    /// <summary>A chunk of a stream.</summary>
    public static async Task ChunkAsync(HttpContext context, JsonObject delta, int[] tokens, int[]? prompt = null, string? finish = null)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream";
        var chunk = JsonSerializer.Serialize(new
        {
            id = "c2", @object = "chat.completion.chunk", created = 1, model = "fake", prompt_token_ids = prompt,
            choices = new[] { new { index = 0, delta, finish_reason = finish, token_ids = tokens, logprobs = new { content = tokens.Select(_ => new { token = "t", logprob = -0.5 }) } } },
        });
        await context.Response.WriteAsync($"data: {chunk}\n\n");
        await context.Response.Body.FlushAsync();
    }

    public static async Task EndAsync(HttpContext context, int prompt, int completion)
    {
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(new { id = "c2", model = "fake", choices = Array.Empty<int>(), usage = new { prompt_tokens = prompt, completion_tokens = completion } })}\n\ndata: [DONE]\n\n");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Runproof.Catalogue;
using Runproof.Sandboxes;
using Runproof.Server;
using Runproof.Server.Gateway;
using Runproof.Tasks;

namespace Runproof.Bench;

/// <summary>Time to the first byte of a streamed reply with the gateway and without it: the same backend on this machine, the same requests, in turn. The backend answers at once, so that nothing hides what the gateway adds.</summary>
internal static class GatewayBench
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 4000)];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        var folder = Directory.CreateTempSubdirectory("runproof-bench-").FullName;
        try
        {
            await using var backend = await BackendAsync();
            var url = new Uri(backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1");
            using var workspace = Workspace.Open(folder);
            await using var server = await EnvironmentServer.StartAsync(
                ServerOptions.Default with { Port = 0 }, new(TaskFilter.None, null, new(), new(), 1, 1), GatewayOptions.Of(new UrlBackend(url, null, null, TimeSpan.FromMinutes(1))), workspace, TimeProvider.System, default);
            using var http = new HttpClient();
            foreach (var kilobytes in new[] { 1, 32, 256 })
            {
                var body = JsonSerializer.Serialize(new { model = "m", stream = true, messages = Enumerable.Range(0, kilobytes).Select(i => new { role = i % 2 == 0 ? "user" : "assistant", content = new string('x', 1000) }) });
                List<(string Name, Uri Address, List<double> Times)> ways =
                [
                    ("backend alone", new($"{url}/chat/completions"), []),
                    ("chat completions by the gateway", new(server.Address, "/sessions/bench/v1/chat/completions"), []),
                ];
                for (var run = -100; run < runs; run++)
                {
                    foreach (var (_, address, times) in ways)
                    {
                        var took = await FirstByteAsync(http, address, body);
                        if (run >= 0) times.Add(took);
                    }

                    // Traces of hundreds of rollouts are not what is measured.
                    if (run % 100 == 0) server.Gateway!.Close("bench");
                }

                Console.WriteLine($"requests of {kilobytes} kB, replies to {Prompt.Length} prompt tokens");
                foreach (var (name, _, times) in ways) Console.WriteLine($"  {name,-34} p50 {SandboxBench.Percentile(times, 50),6:0.00} ms   p90 {SandboxBench.Percentile(times, 90),6:0.00} ms   p99 {SandboxBench.Percentile(times, 99),6:0.00} ms");
                Console.WriteLine($"  added at the median                {SandboxBench.Percentile(ways[1].Times, 50) - SandboxBench.Percentile(ways[0].Times, 50),6:0.00} ms");
            }

            return 0;
        }
        finally
        {
            WorkspaceFolders.Delete(folder);
        }
    }

    private static async Task<double> FirstByteAsync(HttpClient http, Uri address, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var started = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var first = new byte[1];
        await stream.ReadExactlyAsync(first);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await stream.CopyToAsync(Stream.Null);
        return took;
    }

    private static async Task<WebApplication> BackendAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        string Chunk(int[]? prompt, string? finish) => $"data: {JsonSerializer.Serialize(new { id = "c", model = "m", prompt_token_ids = prompt, choices = new[] { new { index = 0, delta = new { content = "word " }, finish_reason = finish, token_ids = new[] { 5 }, logprobs = new { content = new[] { new { token = "word", logprob = -0.5 } } } } } })}\n\n";
        var (first, next, last) = (Chunk(Prompt, null), Chunk(null, null), Chunk(null, "stop") + "data: [DONE]\n\n");
        app.MapPost("/v1/chat/completions", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(first);
            await context.Response.Body.FlushAsync();
            for (var i = 0; i < 20; i++) await context.Response.WriteAsync(next);
            await context.Response.WriteAsync(last);
        });
        await app.StartAsync();
        return app;
    }
}

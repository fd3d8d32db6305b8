using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Server;
using Runproof.Server.Gateway;

namespace Runproof.Tests.Server;

/// <summary>The gateway before a model that is told what to answer.</summary>
public sealed class GatewayTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    private const string Hello = """{"model": "any", "messages": [{"role": "user", "content": "Hello"}]}""";
    private const string HelloStream = """{"model": "any", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<EnvironmentServer> ServeAsync(FakeModel model, double silence = 60, string? name = null) => sample.StartAsync(backend: new UrlBackend(model.Url, name, null, TimeSpan.FromSeconds(silence)));

    private static async Task<JsonArray> TracesAsync(HttpTalk http, string session) => (JsonArray)await http.GetAsync($"/sessions/{session}/traces");

    private static int[] Ids(JsonNode? node) => [.. node!.AsArray().Select(one => one!.GetValue<int>())];

    private static List<JsonObject> Events(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => (JsonObject)JsonNode.Parse(line["data: ".Length..])!)];

    [Fact]
    public async Task Tokens_and_logprobs_are_recorded_and_the_client_gets_only_what_it_asked_for()
    {
        await using var model = await FakeModel.StartAsync((context, _, before) => before == 0
            ? FakeModel.SayAsync(context, FakeModel.Text("Hi"), [1, 2, 3], [10, 11], [-0.1, -0.2])
            : FakeModel.SayAsync(context, FakeModel.Text("Again"), [1, 2, 3, 10, 11, 4], [12], [-0.3]));
        await using var server = await ServeAsync(model, name: "real-name");
        using var http = new HttpTalk(server);
        var opened = await http.PostAsync("/sessions", """{"session_id": "s1", "metadata": {"group": 7}, "sampling_params": {"temperature": 0.25}}""");
        opened.ToJsonString().ShouldBe("""{"session_id":"s1","url":"/sessions/s1/v1"}""");
        var reply = await http.PostAsync("/sessions/s1/v1/chat/completions", Hello);
        reply["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("Hi");
        reply.ContainsKey("prompt_token_ids").ShouldBeFalse();
        reply["choices"]![0]!.AsObject().ContainsKey("token_ids").ShouldBeFalse();
        reply["choices"]![0]!["logprobs"].ShouldBeNull();
        var asked = model.Requests[0];
        (asked["return_token_ids"]!.GetValue<bool>(), asked["logprobs"]!.GetValue<bool>(), asked["temperature"]!.GetValue<double>(), asked["model"]!.ToString()).ShouldBe((true, true, 0.25, "real-name"));

        var second = await http.PostAsync("/v1/chat/completions", """{"messages": [], "logprobs": true, "return_token_ids": true}""", ("X-Session-Id", "s1"));
        (Ids(second["choices"]![0]!["token_ids"]), second["choices"]![0]!["logprobs"]!["content"]!.AsArray().Count).ShouldSatisfyAllConditions(one => one.Item1.ShouldBe([12]), one => one.Count.ShouldBe(1));
        var traces = await TracesAsync(http, "s1");
        traces.Count.ShouldBe(2);
        (Ids(traces[0]!["prompt_token_ids"]), Ids(traces[0]!["completion_token_ids"])).ShouldSatisfyAllConditions(one => one.Item1.ShouldBe([1, 2, 3]), one => one.Item2.ShouldBe([10, 11]));
        traces[0]!["logprobs"]!.AsArray().Select(one => one!.GetValue<double>()).ShouldBe([-0.1, -0.2]);
        traces[0]!["messages"]![0]!["content"]!.ToString().ShouldBe("Hello");
        traces[0]!["metadata"]!["group"]!.GetValue<int>().ShouldBe(7);
        Ids(traces[1]!["prompt_token_ids"]).ShouldBe([1, 2, 3, 10, 11, 4], "it is put together again from what it goes on from");
        (traces[0]!["extends"]?.ToString(), traces[1]!["extends"]!.ToString()).ShouldBe((null, traces[0]!["trace_id"]!.ToString()));
        (await http.GetAsync("/v1/models"))["data"]![0]!["id"]!.ToString().ShouldBe("fake");
        (await http.SendAsync(HttpMethod.Delete, "/sessions/s1")).Text.ShouldBe("""{"deleted":2}""");
        (await http.SendAsync(HttpMethod.Get, "/sessions/s1/traces")).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task A_long_rollout_that_branches_is_recorded_call_by_call()
    {
        // Each prompt goes on from the one before, but for the last, whose history was cut.
        await using var model = await FakeModel.StartAsync((context, request, before) =>
            FakeModel.SayAsync(context, FakeModel.Text($"{before}"), before == 39 ? [7, 7] : [0, .. Enumerable.Range(1, before).SelectMany(turn => new[] { turn, 1000 + turn })], [before + 1], [-0.5]));
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        for (var turn = 0; turn < 40; turn++)
        {
            var messages = new JsonArray([.. Enumerable.Range(0, turn + 1).Select(i => (JsonNode)new JsonObject { ["role"] = "user", ["content"] = $"message {i}" })]);
            await http.PostAsync("/sessions/long/v1/chat/completions", new JsonObject { ["messages"] = messages }.ToJsonString());
        }

        var traces = await TracesAsync(http, "long");
        for (var turn = 0; turn < 39; turn++)
        {
            Ids(traces[turn]!["prompt_token_ids"]).ShouldBe([0, .. Enumerable.Range(1, turn).SelectMany(one => new[] { one, 1000 + one })]);
            traces[turn]!["messages"]!.AsArray().Count.ShouldBe(turn + 1);
            traces[turn]!["messages"]![turn]!["content"]!.ToString().ShouldBe($"message {turn}");
            traces[turn]!["extends"]?.ToString().ShouldBe(turn == 0 ? null : traces[turn - 1]!["trace_id"]!.ToString());
        }

        (traces[39]!["extends"]?.ToString(), Ids(traces[39]!["prompt_token_ids"]).Length).ShouldBe((null, 2));
    }

    [Fact]
    public async Task Logprobs_that_nobody_knows_what_they_belong_to_are_dropped_and_told()
    {
        var replies = new (int[] Tokens, double[] Logprobs)[] { ([1, 2], [-0.1]), ([], [-0.1]), ([1], [0.5]) };
        await using var model = await FakeModel.StartAsync((context, _, before) => FakeModel.SayAsync(context, FakeModel.Text("x"), [1], replies[before].Tokens, replies[before].Logprobs));
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        for (var i = 0; i < replies.Length; i++) await http.PostAsync("/sessions/s/v1/chat/completions", Hello);
        var traces = await TracesAsync(http, "s");
        traces.Select(trace => trace!["logprobs"]).ShouldAllBe(one => one == null);
        traces.Select(trace => trace!["dropped"]!.ToString()).ShouldBe(["1 logprobs for 2 token ids", "logprobs without token ids", "a logprob is no log probability"]);
    }

    [Fact]
    public async Task A_backend_that_knows_no_token_ids_is_asked_without_them()
    {
        await using var model = await FakeModel.StartAsync(async (context, request, _) =>
        {
            if (!request.ContainsKey("return_token_ids"))
            {
                await FakeModel.SayAsync(context, FakeModel.Text("fine"), [], [], []);
                return;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error": {"message": "Unrecognized request argument supplied: return_token_ids"}}""");
        });
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        (await http.PostAsync("/v1/chat/completions", Hello))["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("fine");
        await http.PostAsync("/v1/chat/completions", Hello);
        model.Requests.Count.ShouldBe(3, "the refusal is remembered");
    }

    [Fact]
    public async Task A_stream_comes_as_it_is_made_with_comments_while_nothing_comes()
    {
        var go = new TaskCompletionSource();
        await using var model = await FakeModel.StartAsync(async (context, _, _) =>
        {
            await FakeModel.ChunkAsync(context, new() { ["role"] = "assistant", ["content"] = "He" }, [5], [1, 2]);
            await go.Task;
            await FakeModel.ChunkAsync(context, new() { ["content"] = "llo" }, [6, 7], finish: "stop");
            await FakeModel.EndAsync(context, 2, 3);
        });
        await using var server = await ServeAsync(model);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sessions/s/v1/chat/completions") { Content = new StringContent(HelloStream) };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        List<string> lines = [];
        while (lines.Count(line => line == ": keep-alive") < 2) lines.Add((await reader.ReadLineAsync(Cancel))!);
        lines[0].ShouldContain("He");
        go.SetResult();
        var rest = await reader.ReadToEndAsync(Cancel);
        rest.TrimEnd().ShouldEndWith("data: [DONE]");
        var all = string.Join('\n', lines) + rest;
        all.ShouldNotContain("token_ids");
        all.ShouldNotContain("usage", customMessage: "it was not asked for");
        using var talk = new HttpTalk(server);
        var trace = (await TracesAsync(talk, "s"))[0]!;
        (Ids(trace["prompt_token_ids"]), Ids(trace["completion_token_ids"])).ShouldSatisfyAllConditions(one => one.Item1.ShouldBe([1, 2]), one => one.Item2.ShouldBe([5, 6, 7]));
        (trace["response_message"]!["content"]!.ToString(), trace["logprobs"]!.AsArray().Count, trace["token_counts"]!["completion"]!.GetValue<int>()).ShouldBe(("Hello", 3, 3));
    }

    [Fact]
    public async Task A_client_that_asks_again_gets_the_recorded_reply_and_nothing_is_sampled_twice()
    {
        var go = new TaskCompletionSource();
        await using var model = await FakeModel.StartAsync(async (context, _, before) =>
        {
            if (before == 0) await go.Task;
            await FakeModel.SayAsync(context, FakeModel.Text($"reply {before}"), [1], [2], [-1]);
        });
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        using (var impatient = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMilliseconds(300) })
            await Should.ThrowAsync<TaskCanceledException>(() => impatient.PostAsync("/sessions/s/v1/chat/completions", new StringContent(Hello), Cancel));
        var again = http.PostAsync("/sessions/s/v1/chat/completions", Hello, ("x-stainless-retry-count", "1"));
        while ((await http.GetAsync("/sessions/s"))["repeats"]!.GetValue<int>() == 0) await Task.Delay(10, Cancel);
        go.SetResult();
        (await again)["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("reply 0");
        (await http.PostAsync("/sessions/s/v1/chat/completions", Hello, ("x-stainless-retry-count", "2")))["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("reply 0");
        model.Requests.Count.ShouldBe(1);

        // Another first request is another sample, though it reads the same; and another session shares nothing.
        (await http.PostAsync("/sessions/s/v1/chat/completions", Hello, ("x-stainless-retry-count", "0")))["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("reply 1");
        (await http.PostAsync("/sessions/t/v1/chat/completions", Hello, ("x-stainless-retry-count", "1")))["choices"]![0]!["message"]!["content"]!.ToString().ShouldBe("reply 2");
        (await TracesAsync(http, "s")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_backend_refuses_reaches_the_client_and_asking_again_asks_again()
    {
        await using var model = await FakeModel.StartAsync(async (context, _, before) =>
        {
            if (before > 0)
            {
                await FakeModel.SayAsync(context, FakeModel.Text("ok"), [1], [2], [-1]);
                return;
            }

            context.Response.StatusCode = 429;
            await context.Response.WriteAsync("""{"error": {"message": "slow down"}}""");
        });
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        var (status, text, _) = await http.SendAsync(HttpMethod.Post, "/v1/messages", """{"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}""");
        ((int)status, JsonNode.Parse(text)!["error"]!["type"]!.ToString(), JsonNode.Parse(text)!["error"]!["message"]!.ToString()).ShouldBe((429, "rate_limit_error", "slow down"));
        (await http.PostAsync("/v1/messages", """{"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}""", ("x-stainless-retry-count", "1")))["content"]![0]!["text"]!.ToString().ShouldBe("ok");
        (await http.SendAsync(HttpMethod.Post, "/v1/chat/completions", "{bad")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reply_of_ten_megabytes_passes_whole()
    {
        var text = new string('x', 10 << 20);
        await using var model = await FakeModel.StartAsync((context, _, _) => FakeModel.SayAsync(context, FakeModel.Text(text), [1], [2], [-1]));
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        (await http.PostAsync("/v1/chat/completions", Hello))["choices"]![0]!["message"]!["content"]!.ToString().Length.ShouldBe(text.Length);
        var long_ = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }) }.ToJsonString();
        (await http.PostAsync("/v1/chat/completions", long_))["choices"]![0]!["finish_reason"]!.ToString().ShouldBe("stop");
    }

    [Fact]
    public async Task A_backend_that_hangs_or_breaks_in_half_is_told_as_such_and_leaves_no_false_reply()
    {
        var never = new TaskCompletionSource();
        await using var model = await FakeModel.StartAsync(async (context, _, before) =>
        {
            if (before == 0) await never.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (before >= 1) await FakeModel.ChunkAsync(context, new() { ["content"] = "half" }, [5], [1]);
            if (before == 2) await never.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // A reset takes with it what the other end has not read yet.
            await Task.Delay(300, CancellationToken.None);
            context.Abort();
        });
        await using var server = await ServeAsync(model, silence: 1);
        using var http = new HttpTalk(server);
        (await http.SendAsync(HttpMethod.Post, "/sessions/s/v1/chat/completions", Hello)).Status.ShouldBe(HttpStatusCode.GatewayTimeout);
        var broken = await http.SendAsync(HttpMethod.Post, "/sessions/s/v1/chat/completions", HelloStream);
        broken.Text.ShouldContain("half");
        broken.Text.ShouldContain("broke off");
        broken.Text.ShouldNotContain("[DONE]");
        var silent = await http.SendAsync(HttpMethod.Post, "/sessions/s/v1/chat/completions", HelloStream);
        Events(silent.Text)[^1]["error"]!["message"]!.ToString().ShouldContain("said nothing for 1 s");
        (await TracesAsync(http, "s")).Select(trace => trace!["error"] is not null).ShouldAllBe(told => told);
        await model.DisposeAsync();
        (await http.SendAsync(HttpMethod.Post, "/sessions/s/v1/chat/completions", Hello)).Status.ShouldBe(HttpStatusCode.BadGateway);
        never.SetResult();
    }

    [Fact]
    public async Task Anthropics_messages_are_translated_there_and_back_tools_included()
    {
        await using var model = await FakeModel.StartAsync((context, _, _) => FakeModel.SayAsync(context, new()
        {
            ["role"] = "assistant", ["content"] = "I look.", ["reasoning_content"] = "Hm.",
            ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = "call_9", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "bash", ["arguments"] = """{"command": "ls"}""" } }),
        }, [1], [2], [-1], "tool_calls"));
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        var reply = await http.PostAsync("/sessions/a/v1/messages", """
            {"model": "claude", "max_tokens": 100, "system": [{"type": "text", "text": "Be good."}], "stop_sequences": ["END"],
             "tools": [{"name": "bash", "description": "Runs", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}}}], "tool_choice": {"type": "any"},
             "messages": [{"role": "user", "content": "Hi"},
               {"role": "assistant", "content": [{"type": "thinking", "thinking": "T", "signature": "s"}, {"type": "text", "text": "Sure"}, {"type": "tool_use", "id": "t1", "name": "bash", "input": {"command": "pwd"}}]},
               {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": true, "content": [{"type": "text", "text": "no"}]}, {"type": "text", "text": "Go on"}]}]}
            """);
        var asked = model.Requests[0];
        asked["messages"]!.AsArray().Select(message => message!["role"]!.ToString()).ShouldBe(["system", "user", "assistant", "tool", "user"]);
        (asked["messages"]![2]!["reasoning_content"]!.ToString(), asked["messages"]![2]!["tool_calls"]![0]!["function"]!["arguments"]!.ToString(), asked["messages"]![3]!["content"]!.ToString()).ShouldBe(("T", """{"command":"pwd"}""", "Error: no"));
        (asked["tool_choice"]!.ToString(), asked["stop"]![0]!.ToString(), asked["tools"]![0]!["function"]!["parameters"]!["type"]!.ToString(), asked["max_tokens"]!.GetValue<int>()).ShouldBe(("required", "END", "object", 100));
        reply["content"]!.AsArray().Select(block => block!["type"]!.ToString()).ShouldBe(["thinking", "text", "tool_use"]);
        (reply["content"]![2]!["id"]!.ToString(), reply["content"]![2]!["input"]!["command"]!.ToString(), reply["stop_reason"]!.ToString(), reply["usage"]!["output_tokens"]!.GetValue<int>()).ShouldBe(("call_9", "ls", "tool_use", 1));
        Ids((await TracesAsync(http, "a"))[0]!["completion_token_ids"]).ShouldBe([2]);
        (await http.SendAsync(HttpMethod.Post, "/v1/messages", """{"model": "m", "messages": [{"role": "user", "content": [{"type": "video"}]}]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Anthropics_stream_is_blocks_that_open_and_close()
    {
        await using var model = await FakeModel.StartAsync(async (context, _, _) =>
        {
            await FakeModel.ChunkAsync(context, new() { ["role"] = "assistant", ["content"] = "Loo" }, [5], [1, 2]);
            await FakeModel.ChunkAsync(context, new() { ["content"] = "k" }, [6]);
            await FakeModel.ChunkAsync(context, new() { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["id"] = "c", ["function"] = new JsonObject { ["name"] = "bash", ["arguments"] = "{\"comm" } }) }, [7]);
            await FakeModel.ChunkAsync(context, new() { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["function"] = new JsonObject { ["arguments"] = "and\": \"ls\"}" } }) }, [8], finish: "tool_calls");
            await FakeModel.EndAsync(context, 2, 4);
        });
        await using var server = await ServeAsync(model);
        using var http = new HttpTalk(server);
        var (_, text, _) = await http.SendAsync(HttpMethod.Post, "/sessions/a/v1/messages", """{"model": "m", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "x"}]}""");
        var events = Events(text);
        events.Select(one => one["type"]!.ToString()).ShouldBe(
            ["message_start", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
        (events[5]["index"]!.GetValue<int>(), events[5]["content_block"]!["name"]!.ToString(), events[9]["delta"]!["stop_reason"]!.ToString(), events[9]["usage"]!["output_tokens"]!.GetValue<int>()).ShouldBe((1, "bash", "tool_use", 4));
        string.Concat(events.Where(one => one["delta"]?["partial_json"] is not null).Select(one => one["delta"]!["partial_json"])).ShouldBe("""{"command": "ls"}""");
        text.ShouldContain("event: message_stop\n");
        var trace = (await TracesAsync(http, "a"))[0]!;
        (trace["response_message"]!["tool_calls"]![0]!["function"]!["arguments"]!.ToString(), trace["response_message"]!["content"]!.ToString()).ShouldBe(("""{"command": "ls"}""", "Look"));
    }
}

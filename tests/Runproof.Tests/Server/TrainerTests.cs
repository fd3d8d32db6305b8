using System.Net;
using System.Text.Json.Nodes;

namespace Runproof.Tests.Server;

/// <summary>SkyRL's and NeMo Gym's contracts.</summary>
public sealed class TrainerTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    private static string Call(string command) => $"I do it.\n<tool_call>\n{new JsonObject { ["name"] = "bash", ["arguments"] = new JsonObject { ["command"] = command } }.ToJsonString()}\n</tool_call>";

    [Fact]
    public async Task SkyRL_gives_text_and_gets_observations_and_a_reward()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        var begun = await http.PostAsync("/skyrl/init", """{"extras": {"task_id": "small"}}""");
        var id = begun["session_id"]!.ToString();
        begun["prompt"]![0]!["content"]!.ToString().ShouldContain("<tools>");
        async Task<JsonObject> StepAsync(string text) => await http.PostAsync("/skyrl/step", new JsonObject { ["session_id"] = id, ["action"] = text }.ToJsonString());

        var empty = await StepAsync("I think about it.");
        (empty["done"]!.GetValue<bool>(), empty["reward"]!.GetValue<double>()).ShouldBe((false, 0.0));
        empty["observations"]![0]!["role"]!.ToString().ShouldBe("user");
        (await StepAsync(Call("pwd")))["observations"]![0]!["content"]!.ToString().ShouldContain("/testbed");
        var ended = await StepAsync(Call(ServedTextkit.Repair));
        (ended["done"]!.GetValue<bool>(), ended["reward"]!.GetValue<double>(), ended["metadata"]!["resolved"]!.GetValue<bool>()).ShouldBe((true, 1.0, true));
        ended["observations"]!.AsArray().ShouldBeEmpty();
        var metrics = await http.GetAsync($"/skyrl/metrics?session_id={id}");
        (metrics["turns"]!.GetValue<int>(), metrics["reward_resolved"]!.GetValue<double>()).ShouldBe((3, 1.0));
        await http.PostAsync("/skyrl/close", $$"""{"session_id": "{{id}}"}""");
        server.Sessions.Active.ShouldBe(0);
    }

    [Fact]
    public async Task NeMo_Gym_seeds_calls_tools_by_their_routes_and_verifies()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        (await http.SendAsync(HttpMethod.Post, "/bash", """{"command": "pwd"}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "no session yet");
        await http.PostAsync("/seed_session", """{"task_id": "small.x.1", "responses_create_params": {"input": []}}""");
        var (status, text, response) = await http.SendAsync(HttpMethod.Post, "/bash", """{"command": "sed -i 's/< width/<= width/' src/textkit/wrap.py; pwd"}""");
        (status, response.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "text/plain"));
        text.ShouldContain("/testbed");
        (await http.SendAsync(HttpMethod.Post, "/fly", "{}")).Text.ShouldBe("There is no tool 'fly'. There is bash.");
        var verify = """{"responses_create_params": {"input": []}, "response": {"id": "r", "output": [{"type": "message", "role": "assistant"}]}, "mine": 5}""";
        var verified = await http.PostAsync("/verify", verify);
        (verified["reward"]!.GetValue<double>(), verified["mask_sample"]!.GetValue<bool>(), verified["mine"]!.GetValue<int>(), verified["response"]!["id"]!.ToString()).ShouldBe((1.0, false, 5, "r"));
        verified["reward_components"]!["resolved"]!.GetValue<double>().ShouldBe(1);
        server.Sessions.Active.ShouldBe(0);
        (await http.PostAsync("/verify", verify))["reward"]!.GetValue<double>().ShouldBe(1, "asked again it is the same verdict");
    }

    [Fact]
    public async Task A_rollout_of_NeMo_Gym_that_was_cut_off_has_not_submitted()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        var seeded = await http.PostAsync("/seed_session", """{"resources_session_id": "r-1", "episode_id": "e", "task_id": "row", "task_data": {"task_id": "small.x.1"}}""");
        seeded.ToJsonString().ShouldBe("""{"resources_session_id":"r-1","resources_tools":null,"sandbox_access":null}""");
        await http.PostAsync("/seed_session", """{"resources_session_id": "r-1", "episode_id": "e", "task_id": "row", "task_data": {"task_id": "small.x.1"}}""");
        server.Sessions.Active.ShouldBe(1);
        var verified = await http.PostAsync("/verify", """{"response": {"output": [{"type": "function_call"}], "incomplete_details": {"reason": "max_output_tokens"}}}""");
        (verified["reward"]!.GetValue<double>(), verified["reason"]!.ToString()).ShouldBe((-0.5, "empty_patch"));
        (await http.PostAsync("/close_session", """{"resources_session_id": "r-1", "episode_id": "e"}"""))["resources_session_id"]!.ToString().ShouldBe("r-1");
        (await http.PostAsync("/close_session", """{"resources_session_id": "never", "episode_id": "e"}"""))["resources_session_id"]!.ToString().ShouldBe("never");
    }
}

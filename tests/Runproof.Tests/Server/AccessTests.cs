using System.Net;
using System.Net.WebSockets;
using Runproof.Server;

namespace Runproof.Tests.Server;

/// <summary>Who is let in.</summary>
public sealed class AccessTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.1.2.3")]
    public void An_address_that_others_reach_needs_a_token(string host)
    {
        Should.Throw<InputException>(() => ServerOptions.Read(host, 0, null, null, null)).Message.ShouldContain("--token");
        Should.Throw<InputException>(() => ServerOptions.Read(host, 0, "  ", null, null)).Message.ShouldContain("--token");
        ServerOptions.Read(host, 0, "secret", null, null).Token.ShouldBe("secret");
    }

    [Theory]
    [InlineData("nowhere.example", 1, null)]
    [InlineData("127.0.0.1", 70000, null)]
    [InlineData("127.0.0.1", 1, "a b")]
    public void What_cannot_be_used_is_told(string host, int port, string? token) => Should.Throw<InputException>(() => ServerOptions.Read(host, port, token, null, null));

    [Fact]
    public async Task With_a_token_nobody_comes_in_without_it()
    {
        await using var server = await sample.StartAsync(ServedTextkit.Options with { Token = "secret" });
        using var without = new HttpTalk(server);
        using var wrong = new HttpTalk(server, "Secret");
        using var with = new HttpTalk(server, "secret");
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/reset"), (HttpMethod.Get, "/tasks"), (HttpMethod.Post, "/mcp"), (HttpMethod.Get, "/metrics"), (HttpMethod.Post, "/v1/chat/completions"), (HttpMethod.Get, "/ws") })
        {
            (await without.SendAsync(method, path)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await wrong.SendAsync(method, path)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
        }

        (await with.SendAsync(HttpMethod.Get, "/tasks")).Status.ShouldBe(HttpStatusCode.OK);
        (await without.SendAsync(HttpMethod.Get, "/tasks", null, ("x-api-key", "secret"))).Status.ShouldBe(HttpStatusCode.OK);
        (await without.SendAsync(HttpMethod.Get, "/health")).Status.ShouldBe(HttpStatusCode.OK);
        using var socket = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws" }.Uri, TestContext.Current.CancellationToken));
        server.Sessions.Active.ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_token_pages_in_a_browser_are_kept_out()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        (await http.SendAsync(HttpMethod.Get, "/tasks", null, ("Origin", "https://evil.example"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await http.SendAsync(HttpMethod.Get, "/tasks", null, ("Host", "evil.example"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await http.SendAsync(HttpMethod.Get, "/tasks", null, ("Origin", "http://localhost:3000"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        await using var server = await sample.StartAsync();
        (await Should.ThrowAsync<InputException>(() => sample.StartAsync(ServedTextkit.Options with { Port = server.Address.Port }))).Message.ShouldContain("cannot listen");
    }
}

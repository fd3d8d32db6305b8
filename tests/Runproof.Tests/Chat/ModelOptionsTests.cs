using Runproof.Chat;

namespace Runproof.Tests.Chat;

public sealed class ModelOptionsTests
{
    private static ModelOptions Read(string model = "m", string? url = null, string? key = null, string? urlVariable = null, string? record = null, string? replay = null) =>
        ModelOptions.Read(model, url, record, replay, ModelLimits.Default, name => name == ModelOptions.KeyVariable ? key : name == ModelOptions.UrlVariable ? urlVariable : null);

    [Theory]
    [InlineData("http://localhost:8000/v1", null, "http://localhost:8000/v1")]
    [InlineData("http://localhost:8000", null, "http://localhost:8000/v1")]
    [InlineData(null, "https://example.com/api/v3/ ", "https://example.com/api/v3/")]
    [InlineData("http://localhost:1/v1", "https://example.com/v1", "http://localhost:1/v1")]
    public void The_address_comes_from_the_option_or_the_environment(string? url, string? variable, string read) => Read(url: url, urlVariable: variable).Url!.AbsoluteUri.ShouldBe(read);

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("file:///etc/passwd")]
    [InlineData("not an address")]
    [InlineData("http://")]
    [InlineData("http://user:sk-secret@host/v1")]
    [InlineData("http://host/v1?key=sk-secret")]
    public void An_address_that_is_none_is_one_clear_line(string url)
    {
        var message = Should.Throw<InputException>(() => Read(url: url)).Message;
        message.ShouldStartWith("--model-url ");
        message.ShouldNotContain("sk-secret");
    }

    [Fact]
    public void What_is_missing_or_does_not_fit_together_is_said()
    {
        Should.Throw<InputException>(() => Read()).Message.ShouldStartWith("--model needs a server: give --model-url URL");
        Should.Throw<InputException>(() => Read(model: " ")).Message.ShouldStartWith("--model needs the name of a model");
        Should.Throw<InputException>(() => Read(url: "http://h", record: "a", replay: "b")).Message.ShouldStartWith("--model-record and --model-replay exclude each other");
        Should.Throw<InputException>(() => Read(replay: "no-such-file")).Message.ShouldStartWith("--model-replay: 'no-such-file' does not exist");
    }

    [Fact]
    public void The_key_is_read_and_never_shown()
    {
        var options = Read(url: "http://h", key: " sk-secret\n");
        options.Key.ShouldBe("sk-secret");
        options.ToString().ShouldBe("m at http://h/v1");
        Read(url: "http://h", key: "").Key.ShouldBeNull();
        var message = Should.Throw<InputException>(() => Read(url: "http://h", key: "sk-sec\nret")).Message;
        message.ShouldBe("OPENAI_API_KEY holds characters that no key has: set it again");
    }
}

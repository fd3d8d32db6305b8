using Runproof.Injection;

namespace Runproof.Tests.Injection;

public sealed class AstGrepTests : IAsyncDisposable
{
    private readonly Workbench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_huge_file_is_left_out_whatever_it_is_called()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bench.Root, "tree", "a [b]")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "a [b]", "{huge}!*.py"), "x = [" + string.Concat(Enumerable.Repeat("f(1),", 300_000)) + "]\n");
        File.WriteAllText(Path.Combine(folder, "a [b]", "small.py"), "f(1)\n");
        File.WriteAllText(Path.Combine(folder, "empty.py"), "");

        AstGrep.TooLarge(folder).ShouldBe(["a [b]/{huge}!*.py"]);
        var matches = await AstGrep.ScanAsync("id: call\nlanguage: python\nrule: { pattern: f(1) }\n", [Runproof.Languages.LanguageProfiles.Named("python")], folder, _bench.Root, TestContext.Current.CancellationToken);
        matches.Select(match => match.File).ShouldBe(["a [b]/small.py"]);
    }
}

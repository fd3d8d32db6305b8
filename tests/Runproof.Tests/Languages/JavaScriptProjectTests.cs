using System.Text.Json;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Tests.Languages;

/// <summary>What the scripts of a package.json say of how its tests run.</summary>
public sealed class JavaScriptProjectTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("mocha", "{\"test\":\"mocha\"}", "[]", "{}")]
    [InlineData("mocha", "{\"test\":\"npm run lint && npm run unit\",\"lint\":\"eslint .\",\"unit\":\"nyc --reporter=text mocha -r ts-node/register 'test/**/*.ts'\"}", "[\"-r\",\"ts-node/register\",\"test/**/*.ts\"]", "{}")]
    [InlineData("jest", "{\"test\":\"cross-env NODE_ENV=test TZ=UTC jest --config jest.unit.js\"}", "[\"--config\",\"jest.unit.js\"]", "{\"NODE_ENV\":\"test\",\"TZ\":\"UTC\"}")]
    [InlineData("jest", "{\"test\":\"node --experimental-vm-modules node_modules/jest/bin/jest.js --ci\"}", "[\"--ci\"]", "{}")]
    [InlineData("vitest", "{\"dev\":\"vitest\",\"test\":\"pnpm lint && vitest run --typecheck\"}", "[\"run\",\"--typecheck\"]", "{}")]
    [InlineData("node:test", "{\"test\":\"node --import tsx --test \\\"test/**/*.test.ts\\\"\"}", "[\"--import\",\"tsx\",\"test/**/*.test.ts\"]", "{}")]
    [InlineData("node:test", "{\"pretest\":\"tsc\",\"test\":\"c8 node --test\"}", "[]", "{}")]
    [InlineData("jest", "{\"test\":\"npm test\"}", "[]", "{}")]
    [InlineData("jest", "{\"build\":\"rollup -c\"}", "[]", "{}")]
    public async Task The_arguments_of_the_frameworks_own_script_are_found(string framework, string scripts, string arguments, string variables)
    {
        var layer = _bench.Layer("base", ("testbed/package.json", $"{{\"scripts\": {scripts}}}"));
        var support = new ReadOnlyMount(LanguageProfiles.Named("javascript").SupportFolder, "/runproof/support/javascript");
        await using var sandbox = await _bench.Sandboxes.CreateAsync(new([layer], SandboxLimits.Default, ReadOnlyMounts: [support]));
        var result = await sandbox.ExecuteAsync(new(["node", "-p", $"JSON.stringify(require('/runproof/support/javascript/project.cjs').call('{framework}'))"], TimeSpan.FromSeconds(20)));
        result.Succeeded.ShouldBeTrue(result.Error.Text);
        var call = JsonDocument.Parse(result.Output.Text).RootElement;
        call.GetProperty("args").GetRawText().ShouldBe(arguments);
        call.GetProperty("env").GetRawText().ShouldBe(variables);
    }
}

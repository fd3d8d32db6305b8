using System.Globalization;
using System.Text.Json;

namespace Runproof.Sandboxes.Containers;

/// <summary>Containers and volumes tell whose they are, so that what a killed run left behind is found and removed at the next start.</summary>
internal static class StaleContainers
{
    private const string Workspace = "runproof.workspace";
    private const string Process = "runproof.process";

    public static Dictionary<string, string> Labels(string workspace) => new() { [Workspace] = workspace, [Process] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture) };

    public static async Task RemoveAsync(EngineClient engine, string workspace, CancellationToken cancel)
    {
        var filter = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new[] { $"{Workspace}={workspace}" } }, EngineReply.AsWritten));
        var containers = (await engine.GetAsync($"containers/json?all=1&filters={filter}", cancel)).OrThrow("list containers").Json;
        foreach (var id in Stale(containers, "Id")) await engine.DeleteAsync($"containers/{id}?force=1&v=1", cancel);
        var volumes = (await engine.GetAsync($"volumes?filters={filter}", cancel)).OrThrow("list volumes").Json.GetProperty("Volumes");
        foreach (var name in Stale(volumes, "Name")) await engine.DeleteAsync($"volumes/{name}?force=1", cancel);
    }

    private static List<string> Stale(JsonElement all, string name) => all.ValueKind != JsonValueKind.Array ? [] :
    [
        .. all.EnumerateArray()
            .Where(one => one.GetProperty("Labels").TryGetProperty(Process, out var owner) && !ProcessTree.IsAlive(owner.GetString()!))
            .Select(one => one.GetProperty(name).GetString()!),
    ];
}

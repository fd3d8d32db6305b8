namespace Runproof.Sandboxes.Containers;

/// <summary>
/// The overlay of each writable place, as a volume of the engine's own <c>local</c> driver with type <c>overlay</c>: the engine mounts it when a container starts and unmounts it when that ends, in the mount namespace
/// where containers are made. A mount of ours would be seen there only where that namespace is the host's and shared, would outlive us when we are killed, and needs root; podman's <c>:O</c> volumes take a
/// single lower folder and Docker has none; and a container that mounts for itself needs the powers that code under test must not have. Docker and podman both have this driver.
/// </summary>
internal sealed class LayerVolumes(EngineClient engine, Dictionary<string, string> labels, WritableFolders folders, IReadOnlyList<(string Layer, string Name)> layers)
{
    private readonly List<string> _volumes = [];

    /// <summary>What a container mounts to see the layers, and what was written.</summary>
    public IReadOnlyList<object> Mounts { get; private set; } = [];

    public async Task MakeAsync(CancellationToken cancel)
    {
        List<object> mounts = [];
        foreach (var (place, target) in SandboxPaths.Writable)
        {
            var lower = layers.Where(one => Directory.Exists(Path.Combine(one.Layer, place))).Select(one => $"{one.Name}/{place}").ToList();
            var (upper, work) = folders.NamesOf(place);
            if (lower.Count == 0)
            {
                mounts.Add(new { Type = "bind", Source = upper, Target = target });
                continue;
            }

            var name = $"runproof-{Path.GetFileName(folders.Folder)}-{folders.Generation}-{place}-{Guid.NewGuid().ToString("N")[..8]}";
            var options = new Dictionary<string, string>
            {
                ["type"] = "overlay", ["device"] = "overlay",

                // An ordinary user can read no trusted attributes: its layers mark replaced folders by attributes of its own.
                ["o"] = $"lowerdir={string.Join(':', lower)},upperdir={upper},workdir={work}{(Libc.IsRoot ? "" : ",userxattr")}",
            };
            _volumes.Add(name);
            (await engine.PostAsync("volumes/create", new { Name = name, Driver = "local", DriverOpts = options, Labels = labels }, cancel)).OrThrow("make a volume of a sandbox's layers");
            mounts.Add(new { Type = "volume", Source = name, Target = target });
        }

        Mounts = mounts;
    }

    public async Task RemoveAsync()
    {
        foreach (var volume in _volumes) await engine.DeleteAsync($"volumes/{volume}?force=1");
        _volumes.Clear();
    }
}

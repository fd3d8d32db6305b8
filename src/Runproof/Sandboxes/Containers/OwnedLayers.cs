using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Runproof.Sandboxes.Containers;

/// <summary>
/// Layers whose files belong to whom commands run as. Those of an ordinary user do already. Root's belong to root: bubblewrap shows them as somebody else's by a user namespace, which the Docker API
/// cannot ask for, so root's layers are copied and given away; what an environment holds once for all sandboxes, small scratch layers each time.
/// </summary>
internal sealed class OwnedLayers(string workspace, ContainerUser user) : IDisposable
{
    private readonly ConcurrentDictionary<(string Layer, string State), Lazy<Task<string>>> _shared = new();
    private readonly bool _belong = !Libc.IsRoot;

    /// <param name="scratch">Of the sandbox, for copies of its own.</param>
    public async Task<IReadOnlyList<string>> OfAsync(IReadOnlyList<string> layers, string scratch, CancellationToken cancel)
    {
        if (_belong) return layers;
        var owned = new string[layers.Count];
        for (var i = 0; i < layers.Count; i++) owned[i] = IsScratch(layers[i]) ? await CopyAsync(layers[i], Path.Combine(scratch, $"l{i}"), user, cancel) : await SharedAsync(layers[i], cancel);
        return owned;
    }

    /// <summary>Copies what commands wrote into a new layer that belongs to this process.</summary>
    public Task TakeAsync(string written, string layer, CancellationToken cancel) =>
        CopyAsync(written, layer, _belong ? null : new ContainerUser(Libc.EffectiveUser(), Libc.EffectiveGroup()), cancel);

    public void Dispose()
    {
        foreach (var made in _shared.Values.Where(made => made is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })) WorkspaceFolders.Delete(Path.GetDirectoryName(made.Value.Result)!);
        _shared.Clear();
    }

    private bool IsScratch(string layer) => layer.StartsWith(Path.Combine(workspace, "tmp") + "/", StringComparison.Ordinal);

    /// <summary>A layer grows while its environment is built: the copy is that of its state.</summary>
    private async Task<string> SharedAsync(string layer, CancellationToken cancel)
    {
        var listed = await HostProcess.RunAsync(new("find", [".", "-printf", "%P %C@ %s\\n"], layer), cancel);
        var state = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(listed.Output)));
        return await _shared.GetOrAdd((layer, state), key => new(() => CopyAsync(key.Layer, Path.Combine(WorkspaceFolders.CreateTemporary(workspace), "layer"), user, CancellationToken.None))).Value.WaitAsync(cancel);
    }

    private static async Task<string> CopyAsync(string from, string to, ContainerUser? owner, CancellationToken cancel)
    {
        // coreutils' cp keeps whiteouts and the extended attributes that mark replaced folders.
        const string Script = "cp -a --reflink=auto -- \"$1\" \"$2\" && { [ -z \"$3\" ] || chown -hR \"$3\" -- \"$2\"; }";
        var copied = await HostProcess.RunAsync(new("sh", ["-c", Script, "sh", from, to, owner?.ToString() ?? ""]), cancel);
        return copied.Succeeded ? to : throw new SandboxException($"the layer '{from}' cannot be copied: {copied.LastErrorLine}");
    }
}

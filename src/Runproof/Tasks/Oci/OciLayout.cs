using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runproof.Sandboxes;

namespace Runproof.Tasks.Oci;

/// <summary>
/// A folder of images as the OCI image layout 1.0 has it (https://github.com/opencontainers/image-spec), and with the <c>manifest.json</c> of <c>docker save</c> beside it: what reads either one reads it.
/// Layers that images share are there once.
/// </summary>
internal sealed class OciLayout(string folder)
{
    private const string Created = "2026-01-01T00:00:00Z";
    private readonly JsonArray _index = [];
    private readonly JsonArray _docker = [];

    public string Blobs { get; } = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;

    /// <param name="name">As <c>runproof/NAME</c>, in small letters.</param>
    /// <param name="layers">The lowest first.</param>
    public void Add(string name, IReadOnlyList<OciBlob> layers, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> labels)
    {
        var config = Store(new JsonObject
        {
            ["created"] = Created,
            ["architecture"] = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", var other => other.ToString().ToLowerInvariant() },
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["User"] = $"{LayerTar.Runner}:{LayerTar.Runner}",
                ["Env"] = new JsonArray([.. variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => JsonValue.Create($"{pair.Key}={pair.Value}"))]),
                ["Cmd"] = new JsonArray([.. command.Select(word => JsonValue.Create(word))]),
                ["WorkingDir"] = SandboxPaths.Testbed,
                ["Labels"] = new JsonObject(labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => JsonValue.Create("sha256:" + layer.Content))]) },
            ["history"] = new JsonArray([.. layers.Select(_ => new JsonObject { ["created"] = Created, ["created_by"] = "runproof tasks export" })]),
        });
        var manifest = Store(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer))]),
        });
        var entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);

        // The second one is what containerd, and so a newer Docker, takes the name from.
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name + ":latest", ["io.containerd.image.name"] = name + ":latest" };
        _index.Add(entry);
        _docker.Add(new JsonObject { ["Config"] = PathOf(config), ["RepoTags"] = new JsonArray(name + ":latest"), ["Layers"] = new JsonArray([.. layers.Select(layer => JsonValue.Create(PathOf(layer)))]) });
    }

    /// <summary>Writes what names the images: without it there are none.</summary>
    public void Finish()
    {
        Write("oci-layout", new JsonObject { ["imageLayoutVersion"] = "1.0.0" });
        Write("manifest.json", _docker);
        Write("index.json", new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = _index });
    }

    private OciBlob Store(JsonObject json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(Blobs, digest), bytes);
        return new(digest, digest, bytes.Length);
    }

    private void Write(string name, JsonNode json) => File.WriteAllText(Path.Combine(folder, name), json.ToJsonString());

    private static string PathOf(OciBlob blob) => "blobs/sha256/" + blob.Digest;

    private static JsonObject Descriptor(string type, OciBlob blob) => new() { ["mediaType"] = type, ["digest"] = "sha256:" + blob.Digest, ["size"] = blob.Bytes };
}

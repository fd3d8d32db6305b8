using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Runproof.Sandboxes;
using Runproof.Sandboxes.Containers;
using Runproof.Tasks;
using Runproof.Tasks.Oci;
using Runproof.Tests.Sandboxes.Containers;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Tasks;

/// <summary>A task as an image: what is in it, and what an engine makes of it.</summary>
[Collection(ContainerEngine.Name)]
public class OciExportTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_shows_the_initial_state_and_runs_its_tests_and_holds_nothing_else()
    {
        var small = new WrapTask(sample);
        var first = await small.TaskAsync();
        var second = first with { InstanceId = "Small.Y.2", Tests = TestVisibility.Visible };
        var folder = Path.Combine(sample.Workspace.Root, "images");
        await new OciExport(sample.Workspace, SilentLog.Instance).WriteAsync([first, second], folder, Cancel);
        var images = Check(folder);
        images.Select(image => image.Name).ShouldBe(["runproof/small.x.1:latest", "runproof/small.y.2:latest"]);
        images[0].Layers.Take(2).ShouldBe(images[1].Layers.Take(2), "tools and dependencies are there once");
        var files = Directory.GetFiles(Path.Combine(folder, "blobs/sha256"));
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', images[0].Layers.Select(layer => $"{layer}: {new FileInfo(Path.Combine(folder, "blobs/sha256", layer)).Length >> 10} KiB")));
        files.Length.ShouldBe(4 + (2 * 2), "four layers, and for each image a manifest and a configuration");

        // The correct line and the hidden test are nowhere below the tools, in any spelling of Git's either: its objects are looked at by the engine below.
        var state = Unpacked(Path.Combine(folder, "blobs/sha256", images[0].Layers[2]));
        state.ShouldContain("len(line) + 1 + len(word) < width");
        state.ShouldNotContain("len(line) + 1 + len(word) <= width");
        state.ShouldNotContain(WrapTask.Test.Split("::")[1]);
        Unpacked(Path.Combine(folder, "blobs/sha256", images[0].Layers[1])).ShouldNotContain("def wrap(");

        await PodmanService.RequireAsync();
        var archive = Path.Combine(sample.Workspace.Root, "task.tar");
        await new OciExport(sample.Workspace, SilentLog.Instance).WriteAsync([first], archive, Cancel);
        using var engine = await EngineClient.ConnectAsync(EngineAddress.Find(), Cancel);
        await using (var tar = File.OpenRead(archive)) (await engine.PostTarAsync("images/load", tar, Cancel)).OrThrow("load the image");
        var (code, shown) = await RunAsync(engine, "runproof/small.x.1", []);
        code.ShouldBe(0, shown);
        shown.ShouldContain("Initial state");
        shown.ShouldContain("README.md");
        shown.ShouldNotContain(" M ");
        (code, shown) = await RunAsync(engine, "runproof/small.x.1", ["sh", "-c", $"sh {OciExport.TestScript}; echo \"ended $?\"; id -un; git rev-list --all --count; git cat-file --batch-all-objects --batch | grep -c 'len(word) <= width'; ls tests"]);
        shown.ShouldContain(" passed");
        shown.ShouldContain("ended 0\nrunner\n1\n0\n");
        shown.ShouldNotContain("test_wrap.py");

        // With the tests visible, the bug is found.
        var visible = Path.Combine(sample.Workspace.Root, "visible.tar");
        await new OciExport(sample.Workspace, SilentLog.Instance).WriteAsync([second], visible, Cancel);
        await using (var tar = File.OpenRead(visible)) (await engine.PostTarAsync("images/load", tar, Cancel)).OrThrow("load the image");
        (code, shown) = await RunAsync(engine, "runproof/small.y.2", ["sh", OciExport.TestScript]);
        code.ShouldNotBe(0, shown);
        shown.ShouldContain(WrapTask.Test);
        foreach (var name in new[] { "runproof/small.x.1", "runproof/small.y.2" }) await engine.DeleteAsync($"images/{name}?force=1", CancellationToken.None);
    }

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_alone()
    {
        var folder = Directory.CreateDirectory(Path.Combine(sample.Workspace.Root, "mine")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "letter"), "dear", Cancel);
        (await Should.ThrowAsync<InputException>(() => new OciExport(sample.Workspace, SilentLog.Instance).WriteAsync([], folder, Cancel))).Message.ShouldContain("holds something else");
        (await Should.ThrowAsync<InputException>(() => new OciExport(sample.Workspace, SilentLog.Instance).WriteAsync([], Path.Combine(folder, "letter"), Cancel))).Message.ShouldContain("is a file");
    }

    /// <summary>Both indexes name the same images, and every blob is what its name says.</summary>
    private static List<(string Name, List<string> Layers)> Check(string folder)
    {
        foreach (var blob in Directory.GetFiles(Path.Combine(folder, "blobs/sha256"))) Convert.ToHexStringLower(SHA256.HashData(File.OpenRead(blob))).ShouldBe(Path.GetFileName(blob));
        JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, path))).RootElement;
        string Blob(JsonElement descriptor) => "blobs/" + descriptor.GetProperty("digest").GetString()!.Replace(':', '/');
        var images = new List<(string, List<string>)>();
        foreach (var (entry, docker) in Read("index.json").GetProperty("manifests").EnumerateArray().Zip(Read("manifest.json").EnumerateArray()))
        {
            var manifest = Read(Blob(entry));
            var layers = manifest.GetProperty("layers").EnumerateArray().Select(Blob).ToList();
            docker.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()).ShouldBe(layers);
            docker.GetProperty("Config").GetString().ShouldBe(Blob(manifest.GetProperty("config")));
            var contents = Read(Blob(manifest.GetProperty("config"))).GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(one => one.GetString());
            contents.ShouldBe(layers.Select(layer => "sha256:" + ContentOf(Path.Combine(folder, layer))));
            images.Add((docker.GetProperty("RepoTags")[0].GetString()!, [.. layers.Select(layer => Path.GetFileName(layer)!)]));
        }

        return images;
    }

    private static string ContentOf(string blob)
    {
        using var zip = new GZipStream(File.OpenRead(blob), CompressionMode.Decompress);
        return Convert.ToHexStringLower(SHA256.HashData(zip));
    }

    private static string Unpacked(string blob)
    {
        using var zip = new GZipStream(File.OpenRead(blob), CompressionMode.Decompress);
        using var all = new MemoryStream();
        zip.CopyTo(all);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static async Task<(int Code, string Output)> RunAsync(EngineClient engine, string image, string[] command)
    {
        var said = new StringBuilder();
        await using var container = await Container.StartAsync(
            engine, new { Image = image, Cmd = command.Length == 0 ? null : command, AttachStdout = true, AttachStderr = true, HostConfig = new { NetworkMode = "none" } }, withInput: false,
            (_, bytes) => said.Append(Encoding.UTF8.GetString(bytes)), Cancel);
        var end = await container.EndAsync(Cancel);
        return (end.ExitCode, said.ToString());
    }
}

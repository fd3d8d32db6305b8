using System.Globalization;
using Runproof.Sandboxes;

namespace Runproof.Catalogue;

/// <summary>The folder where everything is kept: the catalogue, environments, scratch space. One writer at a time.</summary>
public sealed class Workspace : IDisposable
{
    private const int WouldBlock = 11;
    private readonly FileStream? _lock;

    private Workspace(string root, Database database, FileStream? held, string sandbox)
    {
        (Root, Database, _lock) = (root, database, held);
        Blobs = new(database);
        Sandboxes = SandboxBackends.Create(sandbox, root);
    }

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    public Database Database { get; }

    public Blobs Blobs { get; }

    public ISandboxProvider Sandboxes { get; }

    public string Environments => Path.Combine(Root, "environments");

    /// <summary>Opens or makes a workspace for a stage that writes, and clears what a killed run left.</summary>
    /// <param name="sandbox">One of <see cref="SandboxBackends.Names"/>.</param>
    /// <exception cref="InputException">It cannot be written, or another process uses it.</exception>
    public static Workspace Open(string path, string sandbox = SandboxBackends.Bubblewrap)
    {
        var root = Path.GetFullPath(path);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(root);
            DiskSpace.Require(root);
            held = Lock(root);
            File.WriteAllText(Path.Combine(root, ".gitignore"), "*\n");
            WorkspaceFolders.RemoveStale(root);
            return new(root, Database.Open(Path.Combine(root, "catalogue.db")), held, sandbox);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException && error is not InvalidDataException)
        {
            held?.Dispose();
            throw new InputException($"the workspace '{root}' cannot be written ({error.Message}): give another --workspace", error);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing workspace to look at; others may be writing.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Workspace OpenToRead(string path, string sandbox = SandboxBackends.Bubblewrap)
    {
        var root = Path.GetFullPath(path);
        var file = Path.Combine(root, "catalogue.db");
        return File.Exists(file)
            ? new(root, Database.Open(file), held: null, sandbox)
            : throw new InputException($"no catalogue at '{root}': run 'runproof inject REPO' first, or give --workspace");
    }

    public void Dispose()
    {
        (Sandboxes as IDisposable)?.Dispose();
        Database.Dispose();
        _lock?.Dispose();
    }

    private static FileStream Lock(string root)
    {
        var file = Path.Combine(root, "lock");
        var owner = file + ".owner";
        try
        {
            // The kernel holds the lock, not the file: a killed process holds nothing.
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) is WouldBlock || error.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            var who = File.Exists(owner) ? $" (process {File.ReadAllText(owner)})" : "";
            throw new InputException($"the workspace '{root}' is in use by another run{who}: wait for it, or give another --workspace");
        }
    }
}

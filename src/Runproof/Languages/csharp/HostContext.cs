using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

/// <summary>Holds the repository's own assemblies for one run, and what refers to these; all others are loaded once and shared by all runs, ready to go.</summary>
internal sealed class HostContext : AssemblyLoadContext
{
    private static readonly Dictionary<string, HashSet<string>> References = [];
    private readonly string _folder;
    private readonly HashSet<string> _own;
    private readonly Dictionary<string, string> _images;

    public HostContext(string folder, string tests, HostRequest request) : base("tests")
    {
        _folder = folder;
        _images = request.Pairs("image").ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        _own = new(request.Values("own").Append(tests), StringComparer.OrdinalIgnoreCase);
        if (References.Count == 0) foreach (var file in Directory.EnumerateFiles(folder, "*.dll")) References[Path.GetFileNameWithoutExtension(file)] = ReferencesOf(file);
        while (References.Any(one => !_own.Contains(one.Key) && one.Value.Overlaps(_own) && _own.Add(one.Key)))
        {
        }
    }

    /// <summary>Whether some of them came to be shared: they would not be new in the next run.</summary>
    public bool HasStrays => Default.Assemblies.Any(assembly => _own.Contains(assembly.GetName().Name!));

    protected override Assembly? Load(AssemblyName name)
    {
        if (name.Name is null || !_own.Contains(name.Name)) return null;

        // An assembly is loaded once from a path: a changed one needs another, or none at all.
        if (_images.TryGetValue(name.Name, out var image)) return LoadFromStream(new MemoryStream(File.ReadAllBytes(image)));
        return Path.Combine(_folder, name.Name + ".dll") is var file && File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }

    private static HashSet<string> ReferencesOf(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        if (!reader.HasMetadata) return [];
        var metadata = reader.GetMetadataReader();
        return new(metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name)), StringComparer.OrdinalIgnoreCase);
    }
}

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

/// <summary>Holds the repository's own assemblies for one run, and what refers to these; all others are loaded once and shared by all runs, ready to go.</summary>
internal sealed class HostContext : AssemblyLoadContext
{
    private static readonly Dictionary<string, HashSet<string>> References = [];
    private readonly string _folder;
    private readonly string _tests;
    private readonly HashSet<string> _own;
    private readonly Dictionary<string, string> _images;

    public HostContext(string folder, string tests, HostRequest request) : base("tests")
    {
        (_folder, _tests) = (folder, tests);
        _images = request.Pairs("image").ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        _own = new(request.Values("own").Append(tests), StringComparer.OrdinalIgnoreCase);
        if (References.Count == 0) foreach (var file in Directory.EnumerateFiles(folder, "*.dll")) References[Path.GetFileNameWithoutExtension(file)] = ReferencesOf(file);

        // The adapter of MSTest keeps assemblies that it has loaded under their paths: it would run the tests on the bug before.
        _own.UnionWith(References.Keys.Where(name => name.Contains("MSTest", StringComparison.Ordinal)));
        while (References.Any(one => !_own.Contains(one.Key) && one.Value.Overlaps(_own) && _own.Add(one.Key)))
        {
        }
    }

    /// <summary>Whether the tests were loaded here, and none of the repository's assemblies anywhere else, where they would not be new in the next run.</summary>
    public bool HasAll => Assemblies.Any(assembly => assembly.GetName().Name == _tests) && !All.Where(context => context is not HostContext).SelectMany(context => context.Assemblies).Any(assembly => _own.Contains(assembly.GetName().Name!));

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

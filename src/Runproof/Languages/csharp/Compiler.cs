using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

/// <summary>A C# project as the last build compiled it, held by the compiler for one bug after another.</summary>
internal sealed class Compiler
{
    private readonly CSharpCommandLineArguments _call;
    private readonly string _folder;
    private readonly Lazy<CSharpCompilation> _compilation;
    private readonly Lazy<byte[]?> _surface;
    private readonly Lazy<bool> _intercepts;

    private Compiler(string project, string[] arguments)
    {
        Project = project;
        _folder = Path.GetDirectoryName(project)!;
        _call = CSharpCommandLineParser.Default.Parse(arguments, _folder, sdkDirectory: null);
        _compilation = new(Load);
        _surface = new(() => Surface(_compilation.Value));
        _intercepts = new(() => Generated().Any(file => File.ReadAllText(file).Contains("InterceptsLocation", StringComparison.Ordinal)));
    }

    public string Project { get; }

    /// <summary>The assembly among the intermediate files.</summary>
    public string Output => _call.GetOutputFilePath(_call.OutputFileName!);

    public string Name => Path.GetFileNameWithoutExtension(_call.OutputFileName!);

    /// <summary>All projects that were compiled; <c>runproof.targets</c> writes the arguments of each, below the path of its project.</summary>
    public static List<Compiler> All() => !Directory.Exists(Tools.Compiled) ? [] :
        [.. Directory.EnumerateFiles(Tools.Compiled, "*.rsp").Order(StringComparer.Ordinal).Select(File.ReadAllLines).Where(lines => lines.Length > 1).Select(lines => new Compiler(lines[0], lines[1..])).Where(one => File.Exists(one.Output))];

    public bool Has(string file) => _call.SourceFiles.Any(source => source.Path == file);

    /// <summary>Whether the other's assembly runs while this project is compiled.</summary>
    public bool IsAnalyzedBy(Compiler other) => _call.AnalyzerReferences.Any(one => Path.GetFileName(one.FilePath) == other._call.OutputFileName);

    /// <summary>Whether a folder of build output has the assembly that this project gave.</summary>
    public bool IsIn(string folder) => Path.Combine(folder, _call.OutputFileName!) is var file && File.Exists(file) && Version(file) == Version(Output);

    /// <summary>Compiles with the file changed, without symbols for a debugger.</summary>
    /// <returns>The errors, none if there is an assembly now; null where others would have to be compiled anew too, which a plain build tells better.</returns>
    public IReadOnlyList<string>? Emit(string file, byte[] content, string output)
    {
        // Code that was generated is taken as the last build left it. It follows from declarations, except what replaces calls at given lines.
        if (_intercepts.Value) return null;
        var old = _compilation.Value.SyntaxTrees.First(tree => tree.FilePath == file);
        var tree = Parse(file, new MemoryStream(content));
        var changed = _compilation.Value.ReplaceSyntaxTree(old, tree);
        using (var written = new FileStream(output, FileMode.Create))
        {
            var result = changed.Emit(written, manifestResources: _call.ManifestResources, options: _call.EmitOptions.WithDebugInformationFormat(DebugInformationFormat.PortablePdb));
            if (!result.Success) return [.. result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString())];
        }

        return SyntaxFactory.AreEquivalent(old, tree, topLevel: true) || Surface(changed) is { } surface && surface.AsSpan().SequenceEqual(_surface.Value) ? [] : null;
    }

    /// <summary>What other projects see of an assembly; null where it cannot be told.</summary>
    private static byte[]? Surface(CSharpCompilation compilation)
    {
        using var written = new MemoryStream();
        return compilation.Emit(written, options: new(metadataOnly: true, includePrivateMembers: false)).Success ? written.ToArray() : null;
    }

    private CSharpCompilation Load()
    {
        var references = _call.MetadataReferences.Select(one => MetadataReference.CreateFromFile(Path.GetFullPath(one.Reference, _folder), one.Properties));
        var trees = _call.SourceFiles.Select(source => source.Path).Concat(Generated()).AsParallel().AsOrdered().Select(path =>
        {
            using var stream = File.OpenRead(path);
            return Parse(path, stream);
        });
        return CSharpCompilation.Create(_call.CompilationName ?? Name, trees, references, _call.CompilationOptions.WithDeterministic(true).WithStrongNameProvider(new DesktopStrongNameProvider(_call.KeyFileSearchPaths)));
    }

    private IEnumerable<string> Generated() => _call.GeneratedFilesOutputDirectory is { } folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];

    /// <summary>Whether null may be in a variable is not followed: it only gives warnings.</summary>
    private SyntaxTree Parse(string path, Stream stream)
    {
        var features = _call.ParseOptions.Features.Append(new("run-nullable-analysis", "never"));
        var options = _call.ParseOptions.WithDocumentationMode(DocumentationMode.None).WithFeatures(features);
        return CSharpSyntaxTree.ParseText(SourceText.From(stream, _call.Encoding, _call.ChecksumAlgorithm), options, path);
    }

    private static Guid Version(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}

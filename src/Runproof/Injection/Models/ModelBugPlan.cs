using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Coverage;

namespace Runproof.Injection.Models;

/// <summary>In which order a model is asked for bugs: the kinds in turn, each function (of a feature each file) once before any is asked for again.</summary>
/// <param name="functions">Those that tests reach.</param>
internal sealed class ModelBugPlan(IReadOnlyList<FunctionSpan> functions, int seed)
{
    private const int ShortestFunction = 4;
    private const int LongestFunction = 200;
    private const int MostAttempts = 3;

    public IReadOnlyList<ModelBugRequest> Requests { get; } = InTurn(
    [
        .. Enum.GetValues<ModelBugKind>().Select(kind => Ordered(kind, [.. functions.Where(one => one.IsReached && one.LastLine - one.FirstLine + 1 is >= ShortestFunction and <= LongestFunction)], seed)),
    ]);

    private static List<ModelBugRequest> Ordered(ModelBugKind kind, IReadOnlyList<FunctionSpan> functions, int seed)
    {
        IEnumerable<FunctionSpan> starts = kind == ModelBugKind.Feature ? functions.GroupBy(one => one.File).Select(file => file.First()) : functions;
        return
        [
            .. Enumerable.Range(1, MostAttempts).SelectMany(attempt => starts.Select(function => new ModelBugRequest(kind, function, attempt, 0))
                .Select(request => request with { Seed = Drawn(request, seed) }).OrderBy(request => request.Seed).ThenBy(request => request.Id, StringComparer.Ordinal)),
        ];
    }

    private static List<ModelBugRequest> InTurn(IReadOnlyList<List<ModelBugRequest>> kinds)
    {
        List<ModelBugRequest> all = [];
        for (var place = 0; place < kinds.Max(kind => kind.Count); place++) all.AddRange(kinds.Where(kind => place < kind.Count).Select(kind => kind[place]));
        return all;
    }

    private static int Drawn(ModelBugRequest request, int seed) =>
        BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}\0{request.Id}")))) & int.MaxValue;
}

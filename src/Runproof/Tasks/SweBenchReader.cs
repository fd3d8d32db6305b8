using System.Runtime.CompilerServices;

namespace Runproof.Tasks;

/// <summary>Reads rows of the SWE-bench family, each with its place in the file for messages.</summary>
internal static class SweBenchReader
{
    /// <exception cref="InputException">The file holds no such rows.</exception>
    public static async IAsyncEnumerable<(SweBenchRow Row, string Where)> ReadAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in RowReader.ReadAsync(file, cancel))
        {
            if (row.Fault is not null) throw new InputException($"{row.Where}: {row.Fault}");
            yield return (SweBenchRow.Read(RowFormats.Canonical(row.Column), row.Where), row.Where);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Runproof.Tasks;

/// <summary>Reads SWE-bench rows, each with its place in the file for messages.</summary>
internal static class SweBenchReader
{
    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="InputException">The file holds no such rows.</exception>
    public static IAsyncEnumerable<(SweBenchRow Row, string Where)> ReadAsync(string file, CancellationToken cancel) => IsParquet(file) ? ParquetAsync(file, cancel) : LinesAsync(file, cancel);

    private static bool IsParquet(string file)
    {
        Span<byte> beginning = stackalloc byte[4];
        using var stream = File.OpenRead(file);
        return stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length && beginning.SequenceEqual(Magic);
    }

    private static async IAsyncEnumerable<(SweBenchRow Row, string Where)> LinesAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var where = $"{Path.GetFileName(file)} line {number}";
            yield return (OfLine(line, where), where);
        }
    }

    private static SweBenchRow OfLine(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InputException($"{where}: not a JSON object");

            // Some exporters write the lists of tests as lists.
            return SweBenchRow.Read(
                name => document.RootElement.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Array => value.GetRawText(), _ => null } : null, where);
        }
        catch (JsonException)
        {
            throw new InputException($"{where}: not JSON: a file of SWE-bench rows has one JSON object a line, or is a Parquet file");
        }
    }

    private static async IAsyncEnumerable<(SweBenchRow Row, string Where)> ParquetAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        await using var reader = await OpenAsync(stream, file, cancel);
        var number = 0;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            Dictionary<string, string?[]> columns = [];
            foreach (var field in reader.Schema.DataFields.Where(IsText)) columns[field.Name] = await ColumnAsync(rows, field, file, cancel);
            for (var i = 0; i < rows.RowCount; i++)
            {
                var (place, where) = (i, $"{Path.GetFileName(file)} row {++number}");
                yield return (SweBenchRow.Read(name => columns.TryGetValue(name, out var values) ? values[place] : null, where), where);
            }
        }
    }

    /// <summary>The library's type of a column of text.</summary>
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static async Task<string?[]> ColumnAsync(ParquetRowGroupReader rows, DataField field, string file, CancellationToken cancel)
    {
        try
        {
            var values = new string?[rows.RowCount];
            await rows.ReadAsync(field, values, cancellationToken: cancel);
            return values;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InputException($"'{file}' cannot be read: column {field.Name}: {error.Message}", error);
        }
    }

    private static async Task<ParquetReader> OpenAsync(Stream stream, string file, CancellationToken cancel)
    {
        try
        {
            return await ParquetReader.CreateAsync(stream, cancellationToken: cancel);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InputException($"'{file}' is a damaged Parquet file: {error.Message}", error);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Runproof.Tasks;

/// <param name="Column">The text in a column, or what stands there as JSON; null where there is none. A dot leads into an object.</param>
/// <param name="Where">File and place, for messages.</param>
/// <param name="Fault">Why the row cannot be read; null where it can.</param>
internal sealed record TableRow(Func<string, string?> Column, string Where, string? Fault = null);

/// <summary>Reads rows of JSON lines or of a Parquet file, one at a time. A row that cannot be read is told, and the rest goes on.</summary>
internal static class RowReader
{
    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="InputException">The file is damaged as a whole.</exception>
    public static IAsyncEnumerable<TableRow> ReadAsync(string file, CancellationToken cancel) => IsParquet(file) ? ParquetAsync(file, cancel) : LinesAsync(file, cancel);

    private static bool IsParquet(string file)
    {
        Span<byte> beginning = stackalloc byte[4];
        using var stream = File.OpenRead(file);
        return stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) == beginning.Length && beginning.SequenceEqual(Magic);
    }

    private static async IAsyncEnumerable<TableRow> LinesAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var where = $"{Path.GetFileName(file)} line {number}";
            yield return OfLine(line, where);
        }
    }

    private static TableRow OfLine(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? new(name => Text(root, name), where) : new(_ => null, where, "not a JSON object");
        }
        catch (JsonException)
        {
            return new(_ => null, where, "not JSON: such a file has one JSON object a line, or is a Parquet file");
        }
    }

    private static string? Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object) return null;
        if (!value.TryGetProperty(name, out var found)) return name.IndexOf('.') is > 0 and var dot && value.TryGetProperty(name[..dot], out var inner) ? Text(inner, name[(dot + 1)..]) : null;
        return found.ValueKind switch { JsonValueKind.String => found.GetString(), JsonValueKind.Null or JsonValueKind.Undefined => null, _ => found.GetRawText() };
    }

    private static async IAsyncEnumerable<TableRow> ParquetAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
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
                yield return new(name => columns.TryGetValue(name, out var values) ? values[place] : null, where);
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

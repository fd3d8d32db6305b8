using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Runproof.Catalogue;
using Runproof.Environments;

namespace Runproof.Tasks;

/// <summary>Rows of the SWE-bench family as JSON lines, or SWE-bench's own as a Parquet file. The file appears whole or not at all.</summary>
internal static class SweBenchExport
{
    /// <summary>Rows held in memory at once.</summary>
    private const int RowsOfGroup = 500;

    /// <param name="form">One of <see cref="RowFormats.Names"/>; null for SWE-bench's own.</param>
    /// <returns>Number of tasks written.</returns>
    public static async Task<int> WriteAsync(Workspace workspace, IEnumerable<CodingTask> tasks, string path, bool parquet, CancellationToken cancel, string? form = null)
    {
        var partial = path + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var rows = RowsAsync(workspace, tasks, cancel);
        var count = parquet ? await WriteParquetAsync(rows, partial, cancel) : await WriteLinesAsync(rows, form, partial, cancel);
        File.Move(partial, path, overwrite: true);
        return count;
    }

    private static async IAsyncEnumerable<(SweBenchRow Row, CodingTask Task, RepositoryEnvironment Environment)> RowsAsync(Workspace workspace, IEnumerable<CodingTask> tasks, [EnumeratorCancellation] CancellationToken cancel)
    {
        EnvironmentContext? context = null;
        var table = new EnvironmentTable(workspace);
        foreach (var task in tasks)
        {
            // Tasks of one environment come one after another; each task from history has its own.
            if (context?.Environment.Hash != task.EnvironmentHash) context = await EnvironmentContext.OpenAsync(workspace, table.Find(task.EnvironmentHash)!, cancel);
            yield return (await SweBenchRow.OfAsync(context, task, cancel), task, context.Environment);
        }
    }

    private static async Task<int> WriteLinesAsync(IAsyncEnumerable<(SweBenchRow Row, CodingTask Task, RepositoryEnvironment Environment)> rows, string? form, string file, CancellationToken cancel)
    {
        var count = 0;
        await using var writer = new StreamWriter(file);
        await foreach (var (row, task, environment) in rows.WithCancellation(cancel))
        {
            var columns = form is null ? SweBenchRow.Columns.ToDictionary(column => column.Name, object? (column) => column.Value(row)) : RowFormats.Write(form, row, task, environment);
            await writer.WriteLineAsync(JsonSerializer.Serialize(columns, Json.Compact));
            count++;
        }

        return count;
    }

    private static async Task<int> WriteParquetAsync(IAsyncEnumerable<(SweBenchRow Row, CodingTask Task, RepositoryEnvironment Environment)> rows, string file, CancellationToken cancel)
    {
        var count = 0;
        var schema = new ParquetSchema([.. SweBenchRow.Columns.Select(column => new DataField<string>(column.Name))]);
        await using var stream = File.Create(file);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancel);
        List<SweBenchRow> group = [];
        async Task FlushAsync()
        {
            using var target = writer.CreateRowGroup();
            foreach (var (field, column) in schema.DataFields.Zip(SweBenchRow.Columns)) await target.WriteAsync(field, group.Select(column.Value).ToList());
            count += group.Count;
            group.Clear();
        }

        await foreach (var (row, _, _) in rows.WithCancellation(cancel))
        {
            group.Add(row);
            if (group.Count == RowsOfGroup) await FlushAsync();
        }

        if (group.Count > 0 || count == 0) await FlushAsync();
        return count;
    }
}

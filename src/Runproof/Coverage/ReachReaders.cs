using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Runproof.Coverage;

/// <summary>Reads what the coverage run of a framework wrote. Bad lines are passed over: a test that is lost is not selected, and the full suite decides anyway.</summary>
internal static class ReachReaders
{
    /// <param name="modulePath">Import path → folder, for formats that name files by import path: the module's path.</param>
    /// <param name="probes">What the numbers mean of formats that name probes.</param>
    public static void Read(ReadOnlyMemory<byte> bytes, string? modulePath, Probes? probes, ReachMapBuilder builder)
    {
        var text = Encoding.UTF8.GetString(bytes.Span);
        if (text.StartsWith('{')) ReadJsonLines(text, probes, builder);
        else ReadGo(text, modulePath ?? "", builder);
    }

    /// <summary><c>{"test": id, "lines": {file: [[first, last], ...]}}</c>, <c>{"shared": true, "lines": ...}</c>, <c>{"imports": {testFile: [file, ...]}}</c>; <c>"probes": [number, ...]</c> in place of lines.</summary>
    private static void ReadJsonLines(string text, Probes? probes, ReachMapBuilder builder)
    {
        HashSet<string> loaded = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var record = document.RootElement;
                if (record.TryGetProperty("imports", out var imports))
                {
                    foreach (var test in imports.EnumerateObject()) builder.Imports(test.Name, [.. test.Value.EnumerateArray().Select(file => file.GetString()!)]);
                    continue;
                }

                int? place = record.TryGetProperty("test", out var id) ? builder.Test(id.GetString()!) : null;
                if (record.TryGetProperty("probes", out var numbers))
                {
                    foreach (var (file, first, last) in numbers.EnumerateArray().SelectMany(number => probes?.LinesOf(number.GetInt32()) ?? []))
                    {
                        if (place is { } test) builder.Lines(test, file, first, last);
                        else builder.Shared(file, first, last);
                        if (!loaded.Add(file)) continue;
                        foreach (var outside in probes!.OutsideOf(file)) builder.Shared(file, outside.First, outside.Last);
                    }

                    continue;
                }

                foreach (var file in record.GetProperty("lines").EnumerateObject())
                {
                    foreach (var range in file.Value.EnumerateArray())
                    {
                        if (place is { } test) builder.Lines(test, file.Name, range[0].GetInt32(), range[1].GetInt32());
                        else builder.Shared(file.Name, range[0].GetInt32(), range[1].GetInt32());
                    }
                }
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
            {
                // Cut off, or written by code under test.
            }
        }
    }

    /// <summary>The format of <c>languages/go/reach.sh</c>.</summary>
    private static void ReadGo(string text, string modulePath, ReachMapBuilder builder)
    {
        var test = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("test ", StringComparison.Ordinal)) builder.Test(test = line[5..].Trim());
            else if (line == "unmeasured" && test.Length > 0) builder.Unmeasured(test);
            else if (test.Length > 0 && line.LastIndexOf(':') is > 0 and var colon && line[(colon + 1)..].Split(',') is [var first, var last]
                     && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to - from < 100_000)
            {
                var file = line[..colon];
                if (modulePath.Length > 0 && file.StartsWith(modulePath + "/", StringComparison.Ordinal)) file = file[(modulePath.Length + 1)..];
                builder.Lines(builder.Test(test), file, from, to);
            }
        }
    }
}

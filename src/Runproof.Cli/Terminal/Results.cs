using System.Text.Json;
using Runproof.Catalogue;
using Spectre.Console;

namespace Runproof.Cli.Terminal;

/// <summary>How a verb says what came out.</summary>
internal static class Results
{
    /// <summary>The JSON object of a verb, or for people whatever <paramref name="show"/> writes.</summary>
    public static void Write(CallOptions call, object result, Action<IAnsiConsole> show)
    {
        if (call.Json) Console.Out.WriteLine(JsonSerializer.Serialize(result, Json.Indented));
        else show(call.Log.Console);
    }

    /// <summary>Wide enough for every name, so that what is written one after the other lines up.</summary>
    private const int NameWidth = 11;

    public static Table Facts(params (string Name, string Value)[] facts)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn(new TableColumn("").Width(NameWidth).PadRight(2)).AddColumn("");
        foreach (var (name, value) in facts) table.AddRow(Markup.FromInterpolated($"[grey]{name}[/]"), new Text(value));
        return table;
    }

    public static Table Table(string[] columns, IEnumerable<string[]> rows, params int[] rightAligned)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(new Text(columns[i], new Style(decoration: Decoration.Bold)));
            table.AddColumn(rightAligned.Contains(i) ? column.RightAligned() : column);
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }
}

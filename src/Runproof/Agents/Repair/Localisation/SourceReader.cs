using System.Globalization;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>Reads files through the shell, as much at once as is shown.</summary>
/// <param name="root">Where paths begin.</param>
internal sealed class SourceReader(Dialogue dialogue, string root)
{
    private const int Room = 9_000, MostParts = 4, WindowBefore = 70, WindowAfter = 50;
    private const string Quotes = "\"\"\"";
    private const string End = "-- end of part";

    /// <summary>A whole file, or what lies around its most suspicious lines where it is large.</summary>
    public async Task<Source> ReadAsync(RankedFile file, IReadOnlyList<RankedLines> places, string why)
    {
        var isWhole = file.Bytes <= MostParts * Room;
        var lines = Enumerable.Repeat("", file.Lines).ToList();
        var text = why;
        foreach (var (from, to) in isWhole ? [(1, file.Lines)] : Windows(file, places))
        {
            for (var next = from; next <= to;)
            {
                var seen = await dialogue.ActAsync(text, string.Create(CultureInfo.InvariantCulture, $"cd {root} && sed -n '{next},{to}p' {file.Path} 2>/dev/null | head -c {Room}; echo; echo '{End}'"));
                var end = seen.LastIndexOf("\n" + End, StringComparison.Ordinal);
                var part = (end < 0 ? seen : seen[..end]).Split('\n').ToList();
                var isCut = System.Text.Encoding.UTF8.GetByteCount(string.Join('\n', part)) >= Room - 4;

                // The last line of a part may be cut off, and what ends a file is no line.
                var count = isCut ? part.Count - 1 : Math.Min(part.Count, to - next + 1);
                for (var i = 0; i < count && next - 1 + i < lines.Count; i++) lines[next - 1 + i] = part[i];
                if (count <= 0) break;
                next += count;
                text = $"I read on in {file.Path}.";
            }
        }

        return new(file.Path, isWhole ? lines : Framed(file.Path, lines, places));
    }

    /// <summary>Ranges of lines around the most suspicious ones, apart from one another.</summary>
    private static List<(int From, int To)> Windows(RankedFile file, IReadOnlyList<RankedLines> places)
    {
        List<(int From, int To)> windows = [];
        var budget = MostParts * Room * file.Lines / Math.Max(1, file.Bytes);
        foreach (var place in places.Where(place => place.File == file.Path).OrderByDescending(place => place.Score))
        {
            var (from, to) = (Math.Max(1, place.First - WindowBefore), Math.Min(file.Lines, place.Last + WindowAfter));
            List<(int From, int To)> merged = [.. windows.Where(one => one.To < from || one.From > to)];
            var near = windows.Where(one => one.To >= from && one.From <= to).Append((from, to)).ToList();
            merged.Add((near.Min(one => one.Item1), near.Max(one => one.Item2)));
            if (merged.Sum(one => one.To - one.From) > budget) break;
            windows = merged;
        }

        return [.. windows.OrderBy(one => one.From)];
    }

    /// <summary>What begins inside a class, a function or a documentation of Python is given a beginning.</summary>
    private static List<string> Framed(string path, List<string> lines, IReadOnlyList<RankedLines> places)
    {
        if (Path.GetExtension(path) != ".py") return lines;
        for (var i = 0; i < lines.Count; i++)
        {
            if (Source.IsBlank(lines[i])) continue;
            var end = i;
            while (end + 1 < lines.Count && !Enumerable.Range(end + 1, 4).All(place => place >= lines.Count || Source.IsBlank(lines[place]))) end++;

            // A line that runs is no documentation.
            var first = places.Where(place => place.File == path && place.First > i && place.First <= end + 1).Select(place => place.First - 1).DefaultIfEmpty(i).Min();
            if (Enumerable.Range(i, first - i).Sum(place => lines[place].Split(Quotes).Length - 1) % 2 == 1) lines[i] = new string(' ', Source.Indentation(lines[i])) + Quotes;
            if (Source.Indentation(lines[i]) > 0 && i > 0) lines[i - 1] = "class _:";
            i = end;
        }

        return lines;
    }
}

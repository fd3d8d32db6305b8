using System.Globalization;
using System.Text.RegularExpressions;

namespace Runproof.Agents.Repair.Localisation;

/// <summary>Lines that failing tests run, and how much more they do so than passing ones; from 0 to 1.</summary>
internal sealed record RankedLines(string File, int First, int Last, double Score);

/// <param name="Lines">How many there are; <paramref name="Bytes"/>: how large it is.</param>
internal sealed record RankedFile(string Path, int Lines, int Bytes);

/// <summary>Reads what <c>rank.pl</c> prints.</summary>
internal sealed partial record Ranking(IReadOnlyList<RankedLines> Places, IReadOnlyList<RankedFile> Files)
{
    public static Ranking Read(string output)
    {
        List<RankedLines> places = [];
        List<RankedFile> files = [];
        foreach (var line in output.Split('\n'))
        {
            if (Place().Match(line) is { Success: true } place)
            {
                var first = Number(place.Groups["first"].Value);
                places.Add(new(place.Groups["file"].Value, first, place.Groups["last"].Success ? Number(place.Groups["last"].Value) : first, double.Parse(place.Groups["score"].Value, CultureInfo.InvariantCulture)));
            }
            else if (Size().Match(line) is { Success: true } size)
            {
                files.Add(new(size.Groups["file"].Value, Number(size.Groups["lines"].Value), Number(size.Groups["bytes"].Value)));
            }
        }

        return new(places, files);
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<score>[01]\.\d{3}) (?<file>.+):(?<first>\d{1,7})(?:-(?<last>\d{1,7}))?$")]
    private static partial Regex Place();

    [GeneratedRegex(@"^(?<file>\S.*): (?<lines>\d{1,7}) lines, (?<bytes>\d{1,9}) bytes$")]
    private static partial Regex Size();
}

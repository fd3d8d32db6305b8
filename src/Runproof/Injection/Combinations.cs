using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Runproof.Coverage;
using Runproof.Tasks;

namespace Runproof.Injection;

/// <summary>How the bugs of a combination belong together.</summary>
public enum CombinationKind
{
    /// <summary>In one function.</summary>
    Function,

    /// <summary>In several functions of one file.</summary>
    File,

    /// <summary>In several files that one run of a test passes through: a test that one of the bugs makes fail reaches the other too, so that what fails is far from one of its causes.</summary>
    Path,
}

/// <summary>
/// Chooses which kept bugs to combine: the kinds in turn, bugs that are in few combinations first, and along a path those far from the tests that fail. The seed decides between equals.
/// </summary>
/// <param name="kept">Bugs in one place each, with their tasks.</param>
internal sealed class Combinations(IReadOnlyList<Candidate> kept, ReachMap reach, int seed)
{
    private const double Used = 4;
    private const double Far = 0.5;

    /// <summary>Of so many combinations one is of three bugs.</summary>
    private const int Triple = 3;

    public static string OperatorOf(CombinationKind kind) => "combined-" + kind.ToString().ToLowerInvariant();

    /// <returns>At most <paramref name="count"/>; fewer where the bugs do not give more.</returns>
    public IReadOnlyList<Bug> Choose(int count)
    {
        var pairs = Enum.GetValues<CombinationKind>().ToDictionary(kind => kind, _ => new List<(int One, int Other, double Jitter)>());
        for (var one = 0; one < kept.Count; one++)
        {
            for (var other = one + 1; other < kept.Count; other++)
            {
                if (KindOf(kept[one], kept[other]) is { } kind) pairs[kind].Add((one, other, Jitter(one, other) - (Far * DistanceOf(kept[one], kept[other]))));
            }
        }

        var uses = new int[kept.Count];
        List<Bug> chosen = [];
        while (chosen.Count < count && pairs.Values.Any(left => left.Count > 0))
        {
            foreach (var (kind, left) in pairs.Where(pair => pair.Value.Count > 0))
            {
                if (chosen.Count == count) break;
                var best = left.MinBy(pair => pair.Jitter + (Used * (uses[pair.One] + uses[pair.Other])));
                left.Remove(best);
                int[] places = chosen.Count % Triple == Triple - 1 && Third(kind, best.One, best.Other, uses) is { } third ? [best.One, best.Other, third] : [best.One, best.Other];
                foreach (var place in places) uses[place]++;
                chosen.Add(Combined(kind, [.. places.Select(place => kept[place])]));
            }
        }

        return chosen;
    }

    /// <summary>Null where two bugs do not belong together, or change the same bytes.</summary>
    private CombinationKind? KindOf(Candidate one, Candidate other)
    {
        var (a, b) = (one.Site, other.Site);
        if (a.File != b.File) return FailsOnTheWayTo(one, b) || FailsOnTheWayTo(other, a) ? CombinationKind.Path : null;
        if (a.Start < b.End && b.Start < a.End || a.Start == b.Start) return null;
        return a.Function != b.Function ? CombinationKind.File : a.FunctionLine > 0 ? CombinationKind.Function : null;
    }

    private int? Third(CombinationKind kind, int one, int other, int[] uses)
    {
        var fitting = Enumerable.Range(0, kept.Count).Where(place => place != one && place != other && KindOf(kept[place], kept[one]) == kind && KindOf(kept[place], kept[other]) == kind).ToList();
        return fitting.Count == 0 ? null : fitting.MinBy(place => (Used * uses[place]) + Jitter(one, place));
    }

    /// <summary>Whether a test that a bug makes fail runs the lines of another bug.</summary>
    private bool FailsOnTheWayTo(Candidate bug, BugSite other) =>
        reach.TestsFor(other.File, other.FirstLine, other.LastLine, other.FunctionLine) is { } reaching
        && reaching.Except(reach.Unmeasured).Select(place => reach.Tests[place]).Intersect(bug.Task!.FailToPass).Any();

    private static int DistanceOf(Candidate one, Candidate other)
    {
        var tests = one.Task!.HiddenFiles.Concat(other.Task!.HiddenFiles).ToList();
        return Math.Max(FolderDistance.ToNearest(one.Site.File, tests) ?? 0, FolderDistance.ToNearest(other.Site.File, tests) ?? 0);
    }

    private static Bug Combined(CombinationKind kind, IReadOnlyList<Candidate> parts) => new(
        [.. parts.Select((part, place) => place == 0 ? part.Site with { Operator = OperatorOf(kind), Family = "combined" } : part.Site)], [.. parts.Select(part => part.Task!)]);

    /// <summary>A number in [0, 2).</summary>
    private double Jitter(int one, int other) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\0{kept[one].Id}\0{kept[other].Id}"))) / (double)uint.MaxValue * 2;
}

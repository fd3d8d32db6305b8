using Runproof.Agents.Repair.Candidates;

namespace Runproof.Agents.Repair.Trials;

/// <summary>Edits that pass where what decides says little, so that several do, and which of them to believe.</summary>
internal sealed class Survivors
{
    /// <summary>Lines around an edit whose other edits tell what surviving there is worth; and by how much that is softened.</summary>
    private const int Around = 6;
    private const double Softened = 0.5;

    private readonly List<Edit> _tried = [], _passing = [];

    public int Count => _passing.Count;

    public void Note(IEnumerable<Edit> tried, IEnumerable<Edit> passing)
    {
        _tried.AddRange(tried);
        _passing.AddRange(passing);
    }

    /// <summary>
    /// The likeliest: the one that reads most natural, and whose like elsewhere in the same place does not survive. Where everything survives, no test looks, and surviving says nothing.
    /// </summary>
    public Edit? Best => _passing.OrderByDescending(edit => CandidateEdits.Natural(edit) / (Softened + Share(edit))).FirstOrDefault();

    /// <summary>Of the other edits nearby those that survive.</summary>
    private double Share(Edit edit)
    {
        bool IsNear(Edit other) => other.File == edit.File && Math.Abs(other.First - edit.First) <= Around && other.Key != edit.Key;
        var tried = _tried.Count(IsNear);
        return tried == 0 ? 0.5 : (double)_passing.Count(IsNear) / tried;
    }
}

using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Languages;

namespace Runproof.Injection;

/// <summary>What became of the bugs of one operator, its variants together.</summary>
/// <param name="Repositories">In which it found a place that tests reach.</param>
/// <param name="Sites">Such places.</param>
/// <param name="Compiled">Of the judged ones, those with which the suite still compiles or loads.</param>
/// <param name="Caught">Those that tests noticed, kept or not.</param>
public sealed record OperatorUse(string Operator, string Language, string Family, int Repositories, int Sites, int Judged, int Compiled, int Caught, int Kept)
{
    /// <summary>Null where none was judged.</summary>
    public double? CompileRate => Rate(Compiled);

    public double? CaughtRate => Rate(Caught);

    public double? KeptRate => Rate(Kept);

    private double? Rate(int count) => Judged == 0 ? null : Math.Round(count / (double)Judged, 3);
}

/// <param name="Operators">In all; <paramref name="Proven"/>: those that fired in three repositories or more.</param>
public sealed record LanguageUse(string Language, int Operators, int Proven, int Repositories, int Judged, double? CompileRate, double? CaughtRate, double? KeptRate);

/// <summary>Use of the bug operators in a workspace: from the ledger of candidates, and from the sites that were found in each environment.</summary>
internal static class OperatorStats
{
    public const int ProvenRepositories = 3;

    private static readonly HashSet<string> NotCaught = [Rejection.NotCaught, Rejection.DoesNotCollect, Rejection.DoesNotApply, Rejection.Infrastructure];

    public static async Task<IReadOnlyList<OperatorUse>> OfAsync(Workspace workspace, IReadOnlyList<LanguageProfile> profiles, CancellationToken cancel)
    {
        var environments = new EnvironmentTable(workspace).All();
        var names = environments.ToDictionary(one => one.Hash, one => one.Name);
        List<(string Repository, string Operator)> sites = [];
        foreach (var environment in environments.Where(one => one.Profiles.Intersect(profiles).Any() && Directory.Exists(EnvironmentLayers.Folder(workspace, one.Hash))))
        {
            var found = await SiteFinder.FindAsync(await EnvironmentContext.OpenAsync(workspace, environment, cancel), cancel);
            sites.AddRange(found.Eligible.Select(site => (environment.Name, site.Operator)));
        }

        var judged = workspace.Database.Query(
            "SELECT operator, environment, reason, verdict, count(*) FROM (SELECT DISTINCT id, environment, operator, reason, verdict FROM candidates) GROUP BY 1, 2, 3, 4",
            row => (Operator: row.GetString(0), Repository: names.GetValueOrDefault(row.GetString(1), ""), Reason: row.GetString(2), Kept: row.GetString(3) == "kept", Count: row.GetInt32(4)));
        return
        [
            .. profiles.SelectMany(profile => Operators.For(profile.Name)).GroupBy(one => one.Name).Select(variants =>
            {
                var ids = variants.Select(one => one.Id).ToHashSet();
                var (own, rows) = (sites.Where(site => ids.Contains(site.Operator)).ToList(), judged.Where(row => ids.Contains(row.Operator) && row.Reason != Rejection.Infrastructure).ToList());
                int Count(Func<(string Operator, string Repository, string Reason, bool Kept, int Count), bool> which) => rows.Where(which).Sum(row => row.Count);
                return new OperatorUse(
                    variants.Key, variants.First().Language, variants.First().Family, own.Select(site => site.Repository).Concat(rows.Select(row => row.Repository)).Distinct().Count(), own.Count,
                    Count(_ => true), Count(row => row.Reason is not (Rejection.DoesNotCollect or Rejection.DoesNotApply)), Count(row => !NotCaught.Contains(row.Reason)), Count(row => row.Kept));
            }),
        ];
    }

    public static IReadOnlyList<LanguageUse> ByLanguage(IReadOnlyList<OperatorUse> operators) =>
    [
        .. operators.GroupBy(one => one.Language).Select(language =>
        {
            var judged = language.Sum(one => one.Judged);
            double? Rate(Func<OperatorUse, int> count) => judged == 0 ? null : Math.Round(language.Sum(count) / (double)judged, 3);
            return new LanguageUse(
                language.Key, language.Count(), language.Count(one => one.Repositories >= ProvenRepositories), language.Max(one => one.Repositories), judged,
                Rate(one => one.Compiled), Rate(one => one.Caught), Rate(one => one.Kept));
        }),
    ];
}

using Runproof.Catalogue;
using Runproof.Coverage;

namespace Runproof.Environments;

/// <summary>Environments in the catalogue.</summary>
internal sealed class EnvironmentTable(Workspace workspace)
{
    public RepositoryEnvironment? Find(string hash) => Read("WHERE hash = $hash", ("$hash", hash)).FirstOrDefault();

    public IReadOnlyList<RepositoryEnvironment> All() => Read("ORDER BY created_at");

    public void Add(RepositoryEnvironment environment, ReachMap reach, IReadOnlyList<FunctionSpan> functions, DateTimeOffset now) => workspace.Database.Together(() =>
        workspace.Database.Execute(
            "INSERT OR REPLACE INTO environments VALUES ($hash, $name, $commit, $language, $record, $reach, $functions, $at)",
            ("$hash", environment.Hash), ("$name", environment.Name), ("$commit", environment.Commit), ("$language", environment.Suites[0].Language),
            ("$record", workspace.Blobs.PutJson(environment)), ("$reach", workspace.Blobs.PutJson(reach)), ("$functions", workspace.Blobs.PutJson(functions)), ("$at", now.ToString("O"))));

    public ReachMap Reach(string hash) => workspace.Blobs.GetJson<ReachMap>(Column(hash, "reach"));

    public IReadOnlyList<FunctionSpan> Functions(string hash) => workspace.Blobs.GetJson<IReadOnlyList<FunctionSpan>>(Column(hash, "functions"));

    private string Column(string hash, string column) =>
        workspace.Database.Query($"SELECT {column} FROM environments WHERE hash = $hash", row => row.GetString(0), ("$hash", hash))[0];

    private List<RepositoryEnvironment> Read(string where, params (string, object?)[] parameters) =>
        [.. workspace.Database.Query($"SELECT record FROM environments {where}", row => row.GetString(0), parameters).Select(workspace.Blobs.GetJson<RepositoryEnvironment>)];
}

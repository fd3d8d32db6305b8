namespace Runproof.Tasks;

/// <summary>Which tasks: those that fit all that is given.</summary>
/// <param name="Repo">As it is named in a task, or the last part of that.</param>
/// <param name="Origin">As in <see cref="TaskOrigin"/>, in small letters.</param>
internal sealed record TaskFilter(string? Repo = null, string? Language = null, string? Origin = null, string? Family = null)
{
    public static TaskFilter None { get; } = new();

    public bool IsNone => this == None;

    /// <summary>Conditions on the columns of <c>tasks</c> or <c>task_counts</c>, each behind an AND.</summary>
    public string Sql => string.Concat(Given.Select(one => $" AND {one.Column} = ${one.Column}"));

    public (string Name, object? Value)[] Parameters => [.. Given.Select(one => ("$" + one.Column, (object?)one.Value))];

    /// <summary>In words, as it was asked for.</summary>
    public override string ToString() => string.Join(", ", Given.Select(one => $"{one.Column} {one.Value}"));

    private IEnumerable<(string Column, string Value)> Given =>
        new[] { ("repo", Repo), ("language", Language), ("origin", Origin), ("family", Family) }.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
}

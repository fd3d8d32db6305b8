namespace Runproof.Languages.Reports;

/// <summary>Collects results while a parser reads, keeps the worst outcome per id, and enforces <see cref="ReportLimits"/>.</summary>
internal sealed class TestReportBuilder(ReportLimits limits)
{
    private readonly Dictionary<string, TestResult> _tests = new(StringComparer.Ordinal);
    private readonly List<CollectionFailure> _collectionFailures = [];
    private bool _overflowed;

    public void Add(TestResult result)
    {
        if (result.Id.Length == 0 || result.Id.Length > limits.IdCharacters)
        {
            _overflowed = true;
            return;
        }

        if (_tests.TryGetValue(result.Id, out var known))
        {
            if (result.Outcome > known.Outcome) _tests[result.Id] = Capped(result);
            return;
        }

        if (_tests.Count >= limits.Tests)
        {
            _overflowed = true;
            return;
        }

        _tests.Add(result.Id, Capped(result));
    }

    public void AddCollectionFailure(string where, string message)
    {
        if (_collectionFailures.Count < limits.Tests) _collectionFailures.Add(new(Cut(where, limits.IdCharacters), Cut(message, limits.DetailCharacters)));
    }

    public TestReport Build(bool isComplete) => new(_tests, _collectionFailures, isComplete && !_overflowed);

    private TestResult Capped(TestResult result) => result with
    {
        Message = result.Message is null ? null : Cut(result.Message, limits.DetailCharacters),
        Details = result.Details is null ? null : Cut(result.Details, limits.DetailCharacters),
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}

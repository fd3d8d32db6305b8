using System.Text.Json.Nodes;
using System.Text.Json;
using Runproof.Catalogue;
using Runproof.Statements;
using Runproof.Tasks;

namespace Runproof.Tests.Tasks;

public sealed class CodingTaskTests
{
    private static readonly CodingTask Task = new(
        "p.x.1", "p", "c", "e", TaskOrigin.Injected, TestVisibility.Hidden, "words", "bug", "gold", ["t.py"], ["t.py::test_a"], [], DateTimeOffset.UnixEpoch, new("o", "f", "m.py", "g", 3, 1, 8, 0.5, true),
        new StatementOrigin("small", StatementLength.Long, 2, [new(DraftFault.Leak, ["test name"])], null));

    [Fact]
    public void A_task_is_read_as_it_was_written()
    {
        var text = JsonSerializer.Serialize(Task, Json.Compact);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<CodingTask>(text, Json.Compact), Json.Compact).ShouldBe(text);
    }

    [Fact]
    public void A_task_from_before_there_were_models_is_read()
    {
        var older = JsonNode.Parse(JsonSerializer.Serialize(Task, Json.Compact))!.AsObject();
        older.Remove("statement").ShouldBeTrue();
        var read = older.Deserialize<CodingTask>(Json.Compact)!;
        (read.ProblemStatement, read.Statement).ShouldBe(("words", null));
        StatementCounts.Of([read.Statement], Runproof.Chat.ModelUsage.None).Writers.ShouldBe(new Dictionary<string, int> { ["template"] = 1 });
    }
}

using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;

namespace Runproof.Tests.Rollouts.Formats;

/// <summary>What is written is what its readers take, with tokens and without, kept and not.</summary>
public class SchemaTests
{
    internal static IEnumerable<Trajectory> Attempts() =>
    [
        SampleAttempt.Make(), SampleAttempt.Make(isKept: false), SampleAttempt.Make(tokens: SampleAttempt.OneSequence), SampleAttempt.Make(tokens: SampleAttempt.TwoSequences), SampleAttempt.Make(isKept: false, tokens: SampleAttempt.OneSequence, isHacked: true),
        SampleAttempt.Make(tokens: [.. SampleAttempt.OneSequence.Select(one => one with { Logprobs = null })]),
    ];

    [Theory]
    [InlineData("atif", Schemas.Atif)]
    [InlineData("mini", Schemas.Mini)]
    [InlineData("swe-agent", Schemas.SweAgent)]
    public void A_file_fits(string format, string schema)
    {
        foreach (var attempt in Attempts()) SampleAttempt.File(TrajectoryFormats.Of(format), attempt).ShouldFit(schema);
    }

    [Fact]
    public void Predictions_fit() => Rows("preds", Schemas.Prediction);

    [Fact]
    public void Messages_of_OpenAI_fit() => Rows("openai", Schemas.OpenAi);

    [Fact]
    public void Rows_of_TRL_fit() => Rows("trl", Schemas.Trl);

    [Fact]
    public void Rows_of_verl_fit() => Rows("verl", Schemas.Verl, Schemas.VerlMessages);

    [Fact]
    public void Rows_of_slime_fit() => Rows("slime", Schemas.Slime, Schemas.SlimeMessages);

    [Fact]
    public void Rows_of_SkyRL_fit() => Rows("skyrl", Schemas.SkyRl, Schemas.SkyRlMessages);

    [Fact]
    public void Traces_of_prime_rl_fit() => Rows("prime-rl", Schemas.PrimeRl);

    [Fact]
    public void Our_own_lines_are_read_again()
    {
        foreach (var attempt in Attempts())
        {
            var file = Path.GetTempFileName();
            try
            {
                File.WriteAllText(file, SampleAttempt.Written(TrajectoryFormats.Of("runproof"), attempt));
                var (plan, rollout, turns) = EventLog.Read(file)[("small.x.1", 1)];
                plan.ShouldBe(attempt.Plan);
                rollout.Rewards.ShouldBe(attempt.Rollout.Rewards);
                turns.Select(turn => System.Text.Json.JsonSerializer.Serialize(turn)).ShouldBe(attempt.Turns.Select(turn => System.Text.Json.JsonSerializer.Serialize(turn)));
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    [Fact]
    public void Names_are_different_and_an_unknown_one_is_told()
    {
        TrajectoryFormats.All.Select(format => format.Name).Distinct().Count().ShouldBe(11);
        Should.Throw<InputException>(() => TrajectoryFormats.Of("parquet")).Message.ShouldContain("there is runproof, atif");
    }

    /// <param name="messages">Of rows without tokens; null where they have the same form.</param>
    private static void Rows(string name, string schema, string? messages = null)
    {
        var format = TrajectoryFormats.Of(name);
        foreach (var attempt in Attempts())
        {
            var hasTokens = attempt.Turns[0].Reply.Tokens is not null;
            using var writer = new StringWriter();
            if (format.Write(attempt, writer) is { } reason)
            {
                (attempt.Rollout.IsKept, hasTokens, messages).ShouldBe((false, false, messages.ShouldNotBeNull()), reason);
                writer.ToString().ShouldBeEmpty();
                continue;
            }

            foreach (var line in writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)) JsonNode.Parse(line).ShouldFit(messages is null || hasTokens ? schema : messages);
            writer.ToString().ShouldNotBeEmpty();
        }
    }
}

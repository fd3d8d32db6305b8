using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Chat;
using Runproof.Environments;
using Runproof.Statements;

namespace Runproof.Injection.Models;

/// <summary>Has a model make bugs in one environment, and judges them as those of operators are.</summary>
internal sealed class ModelBugStage(EnvironmentContext context, IProgressLog log, TimeProvider clock, int jobs, ModelClient model)
{
    /// <summary>After so many requests in a row without an answer the run ends.</summary>
    private const int MostFailures = 3;

    private int _failures;

    /// <param name="count">Answers judged in the end, those of earlier calls with the same seed and model included.</param>
    /// <exception cref="InputException">The model gives no answers; what is judged stays, and the same command goes on from there.</exception>
    public async Task<InjectionResult> RunAsync(int count, int seed, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var requests = new ModelBugPlan(context.Functions, seed).Requests;
        var asks = new ModelBugWriter(context, model);
        var writer = new ModelWriter(model, log);
        await using var judge = new CandidateJudge(context, clock, seed, writer);
        var judged = await new JudgingRounds(context, log, clock, jobs).RunAsync<ModelBugRequest>(
            PlanOf(seed, requests), "judging bugs of a model", Math.Min(count, requests.Count),
            before => [.. requests.Skip(before.Count).Take(JudgingRounds.Size)],
            (request, token) => JudgeAsync(judge, asks, request, token), cancel);
        return new(
            requests.Count, requests.Count, judged.Rows.Count, judged.JudgedNow, [.. judged.Tasks.Select(task => task.InstanceId)], judged.Rejected,
            clock.GetElapsedTime(started).TotalSeconds, judged.Rows, StatementCounts.Of([.. judged.Tasks.Select(task => task.Statement)], writer.Used));
    }

    private async Task<Candidate> JudgeAsync(CandidateJudge judge, ModelBugWriter asks, ModelBugRequest request, CancellationToken cancel)
    {
        var asked = clock.GetTimestamp();
        Candidate Unusable(string reason, string detail)
        {
            var function = request.Function;
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Environment.Tree}\0{model.Model}\0{request.Id}")))[..12];
            return new(id, new(request.Operator, "model", function.File, 0, 0, "", function.FirstLine, function.LastLine, function.Id, function.FirstLine), reason, detail, Math.Round(clock.GetElapsedTime(asked).TotalSeconds, 3), 0, [], null, null);
        }

        try
        {
            var bug = await asks.WriteAsync(request, cancel);
            Interlocked.Exchange(ref _failures, 0);
            return await judge.JudgeAsync(bug, cancel);
        }
        catch (FormatException error)
        {
            Interlocked.Exchange(ref _failures, 0);
            return Unusable(Rejection.ModelReply, error.Message);
        }
        catch (ModelException error) when (error.Fault is ModelFault.Busy or ModelFault.TooSlow or ModelFault.BadAnswer && Interlocked.Increment(ref _failures) < MostFailures)
        {
            return Unusable(Rejection.Infrastructure, error.Message);
        }
        catch (ModelException error)
        {
            throw new InputException($"{error.Message}; what is judged stays, and the same command goes on from there", error);
        }
    }

    private string PlanOf(int seed, IReadOnlyList<ModelBugRequest> requests) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', requests.Select(request => request.Id).Prepend(string.Create(CultureInfo.InvariantCulture, $"{context.Environment.Hash} {seed} {model.Model}"))))))[..16];
}

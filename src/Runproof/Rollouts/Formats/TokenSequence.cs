using System.Runtime.InteropServices;
using Runproof.Agents;

namespace Runproof.Rollouts.Formats;

/// <summary>The tokens of one turn within its sequence's response.</summary>
/// <param name="Start">The first that was sampled; what stands between the reply before and this place is context.</param>
/// <param name="End">Behind the last.</param>
internal sealed record TurnSpan(Turn Turn, int Start, int End);

/// <summary>
/// Turns whose recorded tokens make one sequence: what each was asked begins with all that was asked and answered before. Where it does not (a template that drops old thoughts, a server that tokenised its own text
/// again, a conversation that was shortened), another sequence begins; nothing is ever tokenised here.
/// </summary>
/// <param name="Prompt">Of the first turn.</param>
/// <param name="Response">All that follows: what was sampled, and the context between.</param>
/// <param name="Mask">1 for what the model sampled.</param>
/// <param name="Logprobs">Of what was sampled, 0 elsewhere; null unless all of them are known.</param>
internal sealed record TokenSequence(IReadOnlyList<int> Prompt, IReadOnlyList<int> Response, IReadOnlyList<int> Mask, IReadOnlyList<double>? Logprobs, IReadOnlyList<TurnSpan> Turns)
{
    /// <summary>Null unless each turn has both its question's tokens and its answer's.</summary>
    public static IReadOnlyList<TokenSequence>? Of(IReadOnlyList<Turn> turns)
    {
        if (turns.Count == 0 || turns.Any(turn => turn.Reply.Tokens is not { Prompt.Count: > 0, Completion.Count: > 0 })) return null;
        List<TokenSequence> all = [];
        List<int> whole = [];
        List<Turn> together = [];
        foreach (var turn in turns)
        {
            var prompt = turn.Reply.Tokens!.Prompt!.ToList();
            if (together.Count > 0 && !CollectionsMarshal.AsSpan(prompt).StartsWith(CollectionsMarshal.AsSpan(whole)))
            {
                all.Add(Joined(together));
                together = [];
            }

            together.Add(turn);
            whole = [.. prompt, .. turn.Reply.Tokens.Completion!];
        }

        all.Add(Joined(together));
        return all;
    }

    private static TokenSequence Joined(List<Turn> turns)
    {
        var prompt = turns[0].Reply.Tokens!.Prompt!;
        List<int> response = [], mask = [];
        List<double>? logprobs = [];
        List<TurnSpan> spans = [];
        foreach (var turn in turns)
        {
            var tokens = turn.Reply.Tokens!;
            var context = tokens.Prompt!.Skip(prompt.Count + response.Count).ToList();
            response.AddRange(context);
            mask.AddRange(Enumerable.Repeat(0, context.Count));
            logprobs?.AddRange(Enumerable.Repeat(0.0, context.Count));
            var start = response.Count;
            response.AddRange(tokens.Completion!);
            mask.AddRange(Enumerable.Repeat(turn.Reply.IsSampled ? 1 : 0, tokens.Completion!.Count));
            if (tokens.Logprobs is { } known && known.Count == tokens.Completion!.Count) logprobs?.AddRange(known);
            else logprobs = null;
            spans.Add(new(turn, start, response.Count));
        }

        return new(prompt, response, mask, logprobs, spans);
    }
}

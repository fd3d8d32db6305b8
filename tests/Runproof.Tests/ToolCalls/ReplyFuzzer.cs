using System.Text;
using Runproof.ToolCalls;

namespace Runproof.Tests.ToolCalls;

/// <summary>Makes replies that nearly are what a format wants.</summary>
internal static class ReplyFuzzer
{
    public static void Run(ToolCallFormat format, int cases, int seed)
    {
        var random = new Random(seed);
        string[] written = [.. CallSamples.Calls.Select(one => format.Write(one.Text, [format.Kept(one.Call with { Id = "abcdefgh1" })], CallSamples.Tools))];
        for (var i = 0; i < cases; i++)
        {
            var reply = Mutated(written[random.Next(written.Length)], random);
            var whole = format.Parse(reply, CallSamples.Tools);
            var parser = new ToolCallParser(format, CallSamples.Tools);
            var cut = random.Next(reply.Length + 1);
            parser.Feed(reply[..cut]);
            parser.Feed(reply[cut..]);
            var pieces = parser.End();
            if (pieces.Text != whole.Text || pieces.Outcome != whole.Outcome || !pieces.Calls.SequenceEqual(whole.Calls)) throw new InvalidOperationException($"{format.Name} reads a reply otherwise in two pieces: {reply}");
        }
    }

    private static string Mutated(string reply, Random random)
    {
        var text = new StringBuilder(reply);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    text.Insert(at, (char)random.Next(1, 0xffff));
                    break;
                case 3:
                    text.Insert(at, CallSamples.Tricky[random.Next(CallSamples.Tricky.Count)]);
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }

        return text.ToString();
    }
}

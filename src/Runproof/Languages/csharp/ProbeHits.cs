// Reads what probes counted, and writes it down test by test: {"test": id, "probes": [number, ...]}, {"shared": true, "probes": [...]} for what ran between tests.
#nullable disable
#pragma warning disable
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

internal static class ProbeHits
{
    private static readonly object Gate = new object();

    /// <param name="id">Null: what ran outside of any test.</param>
    public static void Write(string id)
    {
        var file = Environment.GetEnvironmentVariable("RUNPROOF_PROBES");
        if (string.IsNullOrEmpty(file)) return;
        lock (Gate)
        {
            var numbers = Take();
            if (numbers.Count == 0 && id == null) return;
            var line = new StringBuilder(id == null ? "{\"shared\":true,\"probes\":[" : "{\"test\":" + Quoted(id) + ",\"probes\":[");
            line.Append(string.Join(",", numbers)).Append("]}\n");
            File.AppendAllText(file, line.ToString());
        }
    }

    private static SortedSet<int> Take()
    {
        var numbers = new SortedSet<int>();
        var all = AppDomain.CurrentDomain.GetData("runproof.probes") as List<byte[]>;
        if (all == null) return numbers;
        byte[][] arrays;
        lock (typeof(object)) arrays = all.ToArray();
        foreach (var hits in arrays)
        {
            for (var i = Array.IndexOf(hits, (byte)1); i >= 0; i = Array.IndexOf(hits, (byte)1, i + 1))
            {
                hits[i] = 0;
                numbers.Add(i);
            }
        }

        return numbers;
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c == '"' || c == '\\') quoted.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c)) quoted.Append("\\u").Append(((int)c).ToString("x4"));
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}

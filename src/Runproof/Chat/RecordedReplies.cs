using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Runproof.Catalogue;

namespace Runproof.Chat;

/// <param name="Request">Hash of the model's name and the messages.</param>
/// <param name="Ended">Why the model stopped, in its server's word; null where it did not say.</param>
internal sealed record RecordedReply(string Request, string Model, string Text, string? Ended, long? InputTokens, long? OutputTokens);

/// <summary>Replies in a file of JSON lines, found by what was asked. It holds neither the key nor the address, and of the question only a hash.</summary>
internal sealed class RecordedReplies
{
    private readonly string _path;
    private readonly Dictionary<string, RecordedReply> _replies = [];
    private readonly Lock _using = new();

    private RecordedReplies(string path) => _path = path;

    /// <exception cref="InputException">There is no such file.</exception>
    public static string Existing(string path) => File.Exists(path) ? path : throw new InputException($"--model-replay: '{path}' does not exist: --model-record FILE makes one");

    /// <exception cref="InputException">It cannot be read, or holds something else.</exception>
    public static RecordedReplies Open(string path)
    {
        var replies = new RecordedReplies(path);
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder: recorded replies are one file");
        if (!File.Exists(path)) return replies;
        var lines = File.ReadAllLines(path);
        foreach (var line in lines) replies.Take(line);
        return lines.Length > 0 && replies._replies.Count == 0 ? throw new InputException($"'{path}' holds no recorded replies: give a file that --model-record made") : replies;
    }

    public RecordedReply? Find(string request)
    {
        lock (_using) return _replies.GetValueOrDefault(request);
    }

    /// <summary>Written at once: a killed run keeps every reply.</summary>
    /// <returns>The reply that holds from now on: the first one, where two asked the same at once.</returns>
    public RecordedReply Add(RecordedReply reply)
    {
        lock (_using)
        {
            if (!_replies.TryAdd(reply.Request, reply)) return _replies[reply.Request];
            using var file = Writable();

            // A run that was killed while writing leaves half a line, which must not swallow this one.
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');
            }

            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(reply, Json.Compact) + "\n"));
            return reply;
        }
    }

    /// <summary>Tries to write now, and not when the first reply has been paid for.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public RecordedReplies ToWrite()
    {
        try
        {
            Writable().Dispose();
            return this;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--model-record: '{_path}' cannot be written ({error.Message})", error);
        }
    }

    private FileStream Writable()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        return new(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
    }

    public static string HashOf(string model, IEnumerable<ChatMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model));
        foreach (var message in messages) hash.AppendData(Encoding.UTF8.GetBytes($"\0{message.Role.Value}\0{message.Text}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Take(string line)
    {
        try
        {
            if (JsonSerializer.Deserialize<RecordedReply>(line, Json.Compact) is { Request: not null, Text: not null } reply) _replies.TryAdd(reply.Request, reply);
        }
        catch (JsonException)
        {
            // Cut off by a kill.
        }
    }
}

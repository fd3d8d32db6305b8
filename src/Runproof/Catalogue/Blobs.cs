using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ZstdSharp;

namespace Runproof.Catalogue;

/// <summary>Content-addressed, compressed values (zstd): equal contents are kept once.</summary>
public sealed class Blobs(Database database)
{
    private const int Level = 9;

    public string Put(ReadOnlySpan<byte> content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        using var compressor = new Compressor(Level);
        database.Execute(
            "INSERT INTO blobs (hash, size, data) VALUES ($hash, $size, $data) ON CONFLICT DO NOTHING",
            ("$hash", hash), ("$size", content.Length), ("$data", compressor.Wrap(content).ToArray()));
        return hash;
    }

    public string PutJson<T>(T value) => Put(JsonSerializer.SerializeToUtf8Bytes(value, Json.Compact));

    /// <summary>A number that follows from a text and looks like chance.</summary>
    internal static long Draw(string text) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The text of a compressed value.</summary>
    internal static string TextOf(ReadOnlySpan<byte> data)
    {
        using var decompressor = new Decompressor();
        return Encoding.UTF8.GetString(decompressor.Unwrap(data));
    }

    /// <exception cref="InvalidDataException">The blob is missing: the catalogue is damaged.</exception>
    public byte[] Get(string hash)
    {
        var data = database.Query("SELECT data FROM blobs WHERE hash = $hash", row => (byte[])row[0], ("$hash", hash));
        if (data.Count == 0) throw new InvalidDataException($"the catalogue lacks blob {hash}");
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(data[0]).ToArray();
    }

    public T GetJson<T>(string hash) => JsonSerializer.Deserialize<T>(Get(hash), Json.Compact)!;

    public string GetText(string hash) => Encoding.UTF8.GetString(Get(hash));
}

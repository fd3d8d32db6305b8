using System.Buffers.Binary;

namespace Runproof.Sandboxes.Containers;

/// <summary>Takes a piece of what a container wrote.</summary>
internal delegate void ContainerOutput(bool isError, ReadOnlySpan<byte> bytes);

/// <summary>
/// The streams of a container as the Docker API frames them: a byte for the stream (1 stdout, 2 stderr), three of nothing, the length as four bytes, the content. What is written to it is
/// the container's standard input.
/// </summary>
internal sealed class AttachedStream(Stream stream) : IAsyncDisposable
{
    private const int HeaderBytes = 8;
    private const int ErrorStream = 2;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => stream.WriteAsync(bytes, cancel);

    /// <summary>Completes when the container has closed both streams, or the engine is gone.</summary>
    public async Task PumpAsync(ContainerOutput output)
    {
        var header = new byte[HeaderBytes];
        var buffer = new byte[64 << 10];
        try
        {
            while (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
            {
                var left = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                while (left > 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, (uint)buffer.Length)));
                    if (read == 0) return;
                    output(header[0] == ErrorStream, buffer.AsSpan(0, read));
                    left -= (uint)read;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The end of the container tells what became of it.
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}

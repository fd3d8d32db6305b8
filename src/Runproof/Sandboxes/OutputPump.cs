namespace Runproof.Sandboxes;

/// <summary>
/// Reads a named pipe up to a marker. The pipe is held open for reading and writing, so neither side ever blocks on opening it and no
/// end-of-file ends the reading: the marker does, written by the holder after the last process of a command is gone. Its nonce is new
/// for each command and never enters the sandbox, so code under test cannot write it.
/// </summary>
internal sealed class OutputPump : IDisposable
{
    private readonly FileStream _pipe;
    private readonly byte[] _buffer = new byte[64 << 10];

    public OutputPump(string path)
    {
        Libc.MakeFifo(path);
        _pipe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
    }

    /// <returns>What came before the marker, and the marker's last <paramref name="payload"/> bytes.</returns>
    public Task<(CapturedOutput Output, string Payload)> ReadToMarkerAsync(string nonce, int payload, int capacity) =>
        Task.Factory.StartNew(() => ReadToMarker(nonce, payload, capacity), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends a read whose holder is gone.</summary>
    public void WriteMarker(string nonce, string payload)
    {
        _pipe.Write(System.Text.Encoding.ASCII.GetBytes(nonce + payload));
        _pipe.Flush();
    }

    private (CapturedOutput, string) ReadToMarker(string nonce, int payload, int capacity)
    {
        var output = new MarkedOutput(nonce, payload, capacity);
        while (true)
        {
            var read = _pipe.Read(_buffer);
            if (read == 0) throw new SandboxException("the output pipe of a sandbox was closed");
            if (output.Append(_buffer.AsSpan(0, read))) return (output.ToOutput(), output.Payload);
        }
    }

    public void Dispose() => _pipe.Dispose();
}

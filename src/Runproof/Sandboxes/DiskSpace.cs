namespace Runproof.Sandboxes;

/// <summary>A disk that runs full stops the run before the item in hand, with a line that says so: what was judged is kept.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes that one item may take: scratch files of all jobs, rows, the journal.</summary>
    public const long Needed = 64L << 20;

    private const int NoSpaceLeft = 28;

    /// <exception cref="MachineException">Less than <see cref="Needed"/> is free where this folder is.</exception>
    public static void Require(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < Needed) throw new MachineException($"the disk is full at '{folder}' ({free >> 20} MB free, {Needed >> 20} are needed): free some space and run again; what was judged is kept");
    }

    public static bool IsFull(Exception error) => error is IOException && (error.HResult & 0xFFFF) == NoSpaceLeft;
}

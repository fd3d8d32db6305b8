using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Runproof.Sandboxes;

/// <summary>The few system calls that the framework does not offer.</summary>
internal static partial class Libc
{
    public const int SignalKill = 9;

    public static bool IsRoot => EffectiveUser() == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint EffectiveGroup();

    /// <summary>Gives a file or link itself to somebody else; only root may.</summary>
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (LinkChangeOwner(path, user, group) != 0) throw new SandboxException($"'{path}' cannot be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>
    /// Lets a process of ours, and what it starts, crash without a trace. A limit of one byte, since with none the kernel still starts the host's program for crashes, as root and on the hostile
    /// process's memory; one is its sign for "not even that" (core(5), fs/coredump.c).
    /// </summary>
    public static void DumpNoCore(int process)
    {
        var one = new Limit(1, 1);
        if (LimitResource(process, CoreSize, in one, 0) != 0) throw new SandboxException($"the limit of crash dumps cannot be set: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private const int CoreSize = 4;

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int LimitResource(int process, int resource, in Limit limit, nint former);

    /// <summary>Makes a named pipe that only the owner can open.</summary>
    public static void MakeFifo(string path)
    {
        if (MkFifo(path, 0x180 /* 0600 */) != 0) throw new SandboxException($"cannot make a pipe at '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Marks a path of a layer as removed, the way overlayfs reads it: a character device 0/0 hides what lies below (kernel: filesystems/overlayfs.rst, whiteouts).</summary>
    public static void MakeWhiteout(string path)
    {
        if (MakeNode(path, 0x2000 /* S_IFCHR */, 0) != 0) throw new SandboxException($"'{path}' cannot be marked as removed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Whether an existing path of a layer is such a mark. No file of a repository is empty and closed to everybody.</summary>
    public static bool IsWhiteout(string path) => File.GetUnixFileMode(path) == UnixFileMode.None && new FileInfo(path).Length == 0;

    /// <summary>Makes room in a pipe, as far as the system lets; returns how many bytes fit.</summary>
    public static int GrowPipe(SafeFileHandle pipe, int bytes)
    {
        var size = FileControl(pipe, SetPipeSize, bytes);
        return size > 0 ? size : FileControl(pipe, GetPipeSize, 0);
    }

    private const int SetPipeSize = 1031;
    private const int GetPipeSize = 1032;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkFifo(string path, uint mode);
}

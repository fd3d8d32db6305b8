using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Runproof.Sandboxes;

/// <summary>
/// Which system calls a sandbox refuses, as a seccomp program in the form that <c>bwrap --seccomp</c> reads (an array of <c>struct sock_filter</c>, linux/filter.h). Refused is
/// what reaches over the walls of namespaces (keyrings, sockets that no network namespace holds, io_uring, which no filter sees into), what leads into the parts of the kernel that
/// most escapes went through (BPF, perf, userfaultfd, namespaces of one's own and the mounts made in them), and typing into a terminal.
/// </summary>
internal static class SystemCallFilter
{
    /// <summary>Names in the order of columns: x86-64, arm64 (the kernel's tables of system calls).</summary>
    private static readonly (string Name, uint X64, uint Arm64)[] Refused =
    [
        ("add_key", 248, 217), ("request_key", 249, 218), ("keyctl", 250, 219),
        ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("syslog", 103, 116), ("open_by_handle_at", 304, 265),
        ("io_uring_setup", 425, 425), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427),
        ("setns", 308, 268), ("pivot_root", 155, 41), ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430), ("fsconfig", 431, 431), ("fsmount", 432, 432),
        ("fspick", 433, 433), ("mount_setattr", 442, 442),

        // Its flags lie in memory, where a filter cannot look; every C library falls back to clone.
        ("clone3", 435, 435),
    ];

    private const uint X64 = 0xC000003E, Arm64 = 0xC00000B7, OtherTableOfX64 = 0x40000000;
    private const int NumberAt = 0, ArchitectureAt = 4, FirstArgumentAt = 16, SecondArgumentAt = 24;
    private const int NotPermitted = 1, NoSuchCall = 38, NoSuchFamily = 97;
    private const uint NewNamespaces = 0x7E020080, WarmNamespaces = 0x38020000;
    private const uint PushesIntoTerminal = 0x5412, SelectsOnConsole = 0x541C;

    /// <summary>Unix, IPv4, IPv6, netlink. Others (vsock above all) reach whoever listens, whatever the network namespace.</summary>
    private static readonly uint[] Families = [1, 2, 10, 16];

    /// <summary>Whether this kernel and this processor can have the filter.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 && File.Exists("/proc/sys/kernel/seccomp/actions_avail");

    /// <summary>The program.</summary>
    /// <param name="mayNest">Whether <c>unshare</c> may make the one set of namespaces that Python's warm process puts each bug into (runproof_warm.py).</param>
    public static byte[] Program(bool mayNest)
    {
        var isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        uint Number(uint x64, uint arm64) => isX64 ? x64 : arm64;
        List<Instruction> program = [Load(ArchitectureAt), .. Unless(isX64 ? X64 : Arm64, NoSuchCall), Load(NumberAt)];
        if (isX64) program.AddRange([new(JumpIfNotBelow, OtherTableOfX64, 0, 1), Error(NoSuchCall)]);
        foreach (var (_, x64, arm64) in Refused) program.AddRange([new(JumpIfEqual, Number(x64, arm64), 0, 1), Error(NoSuchCall)]);
        AddRule(program, Number(41, 198), [Load(FirstArgumentAt), .. Families.SelectMany(Allows), Error(NoSuchFamily)]);
        AddRule(program, Number(16, 29), [Load(SecondArgumentAt), .. Refuses(PushesIntoTerminal), .. Refuses(SelectsOnConsole), Allow]);
        AddRule(program, Number(56, 220), [Load(FirstArgumentAt), .. RefusesNamespaces, Allow]);
        AddRule(program, Number(272, 97), [Load(FirstArgumentAt), .. mayNest ? Allows(WarmNamespaces) : [], .. RefusesNamespaces, Allow]);
        program.Add(Allow);

        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++) program[i].WriteTo(bytes.AsSpan(i * 8));
        return bytes;
    }

    private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, JumpIfNotBelow = 0x35, JumpIfAnyBit = 0x45, Return = 0x06;

    private static Instruction Allow => new(Return, 0x7FFF0000);

    private static Instruction[] RefusesNamespaces => [new(JumpIfAnyBit, NewNamespaces, 0, 1), Error(NotPermitted)];

    private static Instruction Error(int number) => new(Return, 0x00050000u | (uint)number);

    private static Instruction Load(int offset) => new(LoadWord, (uint)offset);

    private static Instruction[] Unless(uint value, int error) => [new(JumpIfEqual, value, 1, 0), Error(error)];

    private static Instruction[] Allows(uint value) => [new(JumpIfEqual, value, 0, 1), Allow];

    private static Instruction[] Refuses(uint value) => [new(JumpIfEqual, value, 0, 1), Error(NotPermitted)];

    /// <param name="rule">Ends every path in an answer, since it loads over the number of the call. Arguments are looked at in their lower half, as the kernel does.</param>
    private static void AddRule(List<Instruction> program, uint number, Instruction[] rule)
    {
        program.Add(new(JumpIfEqual, number, 0, (byte)rule.Length));
        program.AddRange(rule);
    }

    private readonly record struct Instruction(ushort Code, uint Value, byte IfTrue = 0, byte IfFalse = 0)
    {
        public void WriteTo(Span<byte> target)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target, Code);
            target[2] = IfTrue;
            target[3] = IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Value);
        }
    }
}

namespace Runproof;

/// <summary>The machine lacks something (a tool, disk space). The message says what to install or do. Exit code 3.</summary>
public sealed class MachineException : Exception
{
    public MachineException(string message) : base(message) { }

    public MachineException(string message, Exception inner) : base(message, inner) { }

    public MachineException() { }
}

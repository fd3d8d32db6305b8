using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Rollouts.Formats;

/// <summary>A form in which attempts leave a workspace. One subclass each, in this folder; a line in <see cref="TrajectoryFormats"/>.</summary>
internal abstract class TrajectoryFormat
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Wide = new(Plain) { WriteIndented = true };

    /// <summary>As in command lines: <c>atif</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How the name of an attempt's file ends, where each has a file of its own; null where all stand in one, as lines.</summary>
    public virtual string? FileEnding => null;

    /// <summary>Its rows are tokens, where a server named them, and messages where none did.</summary>
    public virtual bool TakesTokens => false;

    /// <summary>Holds one attempt at a task, since what reads it goes by the task's name.</summary>
    public virtual bool TakesOneOfATask => false;

    /// <returns>Null; or why this attempt is left out, where the form has no place for it.</returns>
    /// <exception cref="InputException">The form cannot hold attempts of this kind.</exception>
    public abstract string? Write(Trajectory trajectory, TextWriter into);

    protected static void WriteLine(JsonNode row, TextWriter into) => into.Write(row.ToJsonString(Plain) + "\n");

    protected static void WriteFile(JsonNode root, TextWriter into) => into.Write(root.ToJsonString(Wide) + "\n");

    /// <summary>A long list of numbers as one node.</summary>
    protected static JsonNode Numbers<T>(IReadOnlyList<T> numbers) => JsonSerializer.SerializeToNode(numbers)!;
}

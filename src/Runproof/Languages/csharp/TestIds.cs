#nullable disable
#pragma warning disable
using System;

/// <summary>The id of a test: class.method(arguments). <c>TrxParser</c> makes the same from a report.</summary>
internal static class TestIds
{
    /// <param name="className">With namespace.</param>
    public static string Of(string className, string displayName) =>
        displayName.StartsWith(className + ".", StringComparison.Ordinal) ? displayName : className + "." + displayName;

    /// <summary>Namespace and class of an id, or of a fully qualified name: what stands before the last dot ahead of any argument.</summary>
    public static string ClassOf(string id)
    {
        var end = id.IndexOfAny(new[] { '(', ' ', '"' });
        var dot = (end < 0 ? id : id.Substring(0, end)).LastIndexOf('.');
        return dot < 0 ? "" : id.Substring(0, dot);
    }

    /// <summary>The class of a test as VSTest's logger for TRX finds it.</summary>
    public static string TypeOf(string fullyQualifiedName, string displayName) =>
        fullyQualifiedName.Length > displayName.Length && fullyQualifiedName.EndsWith(displayName, StringComparison.Ordinal) ? fullyQualifiedName.Substring(0, fullyQualifiedName.Length - displayName.Length).TrimEnd('.') : ClassOf(fullyQualifiedName);

    /// <summary>Class and method where the name looks like a method's, else the class alone.</summary>
    public static string MethodOf(string id)
    {
        var type = ClassOf(id);
        var at = type.Length == 0 ? 0 : type.Length + 1;
        var end = at;
        while (end < id.Length && (char.IsLetterOrDigit(id[end]) || id[end] == '_')) end++;
        return end > at && (end == id.Length || id[end] == '(' || id[end] == '<' || (id[end] == ' ' && end + 1 < id.Length && id[end + 1] == '(')) ? id.Substring(0, end) : type + ".";
    }
}

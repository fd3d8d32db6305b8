namespace Runproof.Tasks.Harbor;

/// <summary>The files that every exported task has, beside the program.</summary>
internal static class HarborFiles
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "harbor");

    public static void Copy(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, name);
        File.WriteAllBytes(target, File.ReadAllBytes(Path.Combine(Folder, name)));
        if (name.EndsWith(".sh", StringComparison.Ordinal)) File.SetUnixFileMode(target, Executable);
    }
}

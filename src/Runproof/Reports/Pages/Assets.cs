using System.Security.Cryptography;
using System.Text;

namespace Runproof.Reports.Pages;

/// <summary>The one style and the one script of a report, with the hashes by which its content security policy knows them.</summary>
internal static class Assets
{
    public static string Style { get; } = Read("report.css");

    public static string Script { get; } = Read("report.js");

    /// <summary>Nothing is loaded from anywhere, and no other style or script runs, even if one got into the file.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src '{HashOf(Style)}'; script-src '{HashOf(Script)}'; base-uri 'none'; form-action 'none'";

    internal static string HashOf(string content) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private static string Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream("reports/" + name) ?? throw new InvalidOperationException($"the program was built without {name}");
        using var reader = new StreamReader(stream);

        // A browser hashes what it has read, and reading turns every line end into \n.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

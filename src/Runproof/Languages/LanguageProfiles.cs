namespace Runproof.Languages;

/// <summary>The languages that Runproof knows: the profile files beside the program.</summary>
public static class LanguageProfiles
{
    private static readonly Lazy<IReadOnlyList<LanguageProfile>> Read = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "languages"), "*.toml").Order(StringComparer.Ordinal).Select(ProfileReader.Read)]);

    public static IReadOnlyList<LanguageProfile> All => Read.Value;

    /// <exception cref="InputException">There is no such language.</exception>
    public static LanguageProfile Named(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new InputException($"no language '{name}': known are {string.Join(", ", All.Select(profile => profile.Name))}");

    /// <summary>The one of these languages that a file is written in.</summary>
    public static LanguageProfile Of(IReadOnlyList<LanguageProfile> profiles, string file) =>
        profiles.FirstOrDefault(profile => profile.Extensions.Contains(Path.GetExtension(file))) ?? profiles[0];
}

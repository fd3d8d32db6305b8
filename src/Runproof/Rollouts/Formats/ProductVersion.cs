namespace Runproof.Rollouts.Formats;

/// <summary>The version of this program, for forms that name what made them.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version?.ToString(3) ?? "0";
}

using System.Globalization;

namespace Runproof.Reports.Pages;

/// <summary>Numbers as a reader wants them.</summary>
internal static class Words
{
    public static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(int number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";

    /// <summary>Whole percent; "100 %" and "0 %" only where all or nothing is meant.</summary>
    public static string Percent(double share) => share switch
    {
        > 0 and < 0.01 => "< 1\u00A0%",
        > 0.99 and < 1 => "> 99\u00A0%",
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0}\u00A0%"),
    };

    public static string Seconds(double seconds) => seconds switch
    {
        < 9.995 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00}\u00A0s"),
        < 99.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0}\u00A0s"),
        < 600 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0}\u00A0s"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0}\u00A0min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0}\u00A0h"),
    };
}

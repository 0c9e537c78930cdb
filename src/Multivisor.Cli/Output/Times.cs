using System.Globalization;

namespace Multivisor.Cli.Output;

/// <summary>Times as people read them.</summary>
internal static class Times
{
    /// <summary>As mail writes it (RFC 2822), in this machine's zone.</summary>
    public static string Date(long unixSeconds) => Date(DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToLocalTime());

    public static string Date(DateTimeOffset time) =>
        time.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    public static string Clock(double unixSeconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(unixSeconds * 1000)).ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The largest unit that it has at least one of: <c>3 minutes</c>.</summary>
    public static string Delta(TimeSpan time)
    {
        (double Value, string Unit) = Math.Abs(time.TotalSeconds) switch
        {
            < 60 => (time.TotalSeconds, "second"),
            < 3600 => (time.TotalMinutes, "minute"),
            < 86_400 => (time.TotalHours, "hour"),
            < 86_400 * 365.0 => (time.TotalDays, "day"),
            _ => (time.TotalDays / 365.25, "year"),
        };
        var whole = (long)Math.Max(0, Value);
        return whole == 1 ? $"1 {Unit}" : $"{whole.ToString(CultureInfo.InvariantCulture)} {Unit}s";
    }

    /// <exception cref="FormatException">It is no duration; the message says what is.</exception>
    public static TimeSpan ParseDuration(string text)
    {
        var digits = text.TrimEnd('s', 'm', 'h', 'd');
        var factor = text[digits.Length..] switch
        {
            "" or "s" => 1.0,
            "ms" => 0.001,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => double.NaN,
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor is >= 0 and < 1e8
            ? TimeSpan.FromSeconds(number * factor)
            : throw new FormatException($"'{text}' is no duration: write 90, 90s, 5m or 1.5h");
    }
}

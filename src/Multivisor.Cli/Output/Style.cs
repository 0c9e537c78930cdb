using Multivisor.Contract;

namespace Multivisor.Cli.Output;

/// <summary>SGR codes. State has a colour, as the original's; everything else is quiet.</summary>
internal static class Style
{
    public const string Red = "31";
    public const string BoldRed = "1;31";
    public const string Green = "32";
    public const string Blue = "94";
    public const string Orange = "38;5;208";
    public const string Violet = "38;5;177";
    public const string Grey = "90";
    public const string Bold = "1";

    /// <summary>For what is told apart and means nothing.</summary>
    public static readonly string[] Distinct = ["36", "35", "33", "34", "32", "96", "95", "93"];

    public static string OfState(int? state) => state switch
    {
        ProcessStates.Stopped => Red,
        ProcessStates.Starting or ProcessStates.Stopping => Blue,
        ProcessStates.Running => Green,
        ProcessStates.Backoff => Orange,
        ProcessStates.Exited => BoldRed,
        ProcessStates.Fatal => Violet,
        _ => Grey,
    };

    public static string OfLevel(string level) => level switch
    {
        "ERROR" => BoldRed,
        "WARNING" => Orange,
        "INFO" => Blue,
        _ => Grey,
    };

    public static string OfOutcome(string outcome) => outcome switch
    {
        "done" => Green,
        "failed" => BoldRed,
        _ => Grey,
    };
}

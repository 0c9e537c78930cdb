namespace Multivisor.Fleet.Configuration;

/// <summary>Something in the file that cannot be accepted. Reads <c>FILE:LINE: what is wrong; what to do</c>.</summary>
/// <param name="Line">From 1; 0 when it concerns the file as a whole.</param>
public sealed record ConfigError(string File, int Line, string Problem, string Advice)
{
    public override string ToString() => ConfigText.Format(File, Line, Problem, Advice);
}

/// <summary>Something in the file that is accepted but is probably not what its writer wanted.</summary>
/// <inheritdoc cref="ConfigError"/>
public sealed record ConfigWarning(string File, int Line, string Problem, string Advice)
{
    public override string ToString() => ConfigText.Format(File, Line, Problem, Advice);
}

/// <summary>What is wrong and what to do, before it is known where.</summary>
internal sealed record ConfigProblem(string What, string Advice);

internal static class ConfigText
{
    public static string Format(string file, int line, string problem, string advice) =>
        line > 0 ? $"{file}:{line}: {problem}; {advice}" : $"{file}: {problem}; {advice}";
}

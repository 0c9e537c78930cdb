namespace Multivisor.Fuzz;

/// <summary>One parser of ours with an oracle: any input may be refused, and what is accepted is checked again in a slow and simple way.</summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <summary>Longer inputs are cut: they find nothing that shorter ones do not, and cost time.</summary>
    int MaxLength => 16 * 1024;

    /// <exception cref="Exception">Whatever it throws is a finding.</exception>
    void Run(byte[] input);
}

/// <summary>A rule that does not hold.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message)
{
    public static void ThrowIf(bool isBroken, string rule)
    {
        if (isBroken)
            throw new BrokenRuleException(rule);
    }
}

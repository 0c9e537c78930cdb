namespace Multivisor.Supervisord.Http;

/// <summary>The first octets of an answer are not those of HTTP.</summary>
/// <param name="first">What it begins with.</param>
public sealed class NotHttpException(byte first) : FormatException($"it answers with the octet {first:X2}, not with HTTP")
{
    /// <summary>The first octet; tells some protocols apart, for example FF for ZeroMQ's.</summary>
    public byte First { get; } = first;
}

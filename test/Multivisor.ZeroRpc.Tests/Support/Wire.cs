using System.Text;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>Messages put together from msgpack tokens in hex, without the product's encoder.</summary>
internal static class Wire
{
    public const string MessageId = "aa6d6573736167655f6964";
    public const string ResponseTo = "ab726573706f6e73655f746f";
    public const string Version = "a17603";
    public const string NoArgs = "90";

    /// <summary>The id token bin(32) made of one digit.</summary>
    public static string Bin(char digit) => "c420" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(new string(digit, 32)));

    /// <summary>A short text token.</summary>
    public static string Text(string text) => (0xa0 + text.Length).ToString("x2") + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text));

    /// <summary>A whole message that opens a channel.</summary>
    public static byte[] Request(string id, string method, string args = NoArgs) =>
        Message($"93 82 {MessageId} {id} {Version} {Text(method)} {args}");

    /// <summary>A whole message on an open channel.</summary>
    public static byte[] Event(string channel, string name, string args) =>
        Message($"93 83 {MessageId} {Bin('f')} {Version} {ResponseTo} {channel} {Name(name)} {args}");

    /// <summary>Delimiter and payload frame in short or long form.</summary>
    public static byte[] Message(string payload)
    {
        var octets = RawPeer.Octets(payload);
        return octets.Length <= 255
            ? [1, 0, 0, (byte)octets.Length, .. octets]
            : [1, 0, 2, 0, 0, 0, 0, .. RawPeer.Octets(octets.Length.ToString("x8")), .. octets];
    }

    private static string Name(string name) => Text(name);
}

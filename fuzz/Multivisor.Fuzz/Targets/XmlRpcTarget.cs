using System.Text;
using Multivisor.Fuzz.Naive;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// The body of an answer. What is accepted is written again and read back as the same; and where the platform's XML reader accepts it too,
/// it makes the same value of it.
/// </summary>
internal sealed class XmlRpcTarget : IFuzzTarget
{
    private const int MaxDepth = 32;
    private const int MaxValues = 2000;

    public string Name => "xmlrpc";

    public void Run(byte[] input)
    {
        if (Read(input) is not { } response)
            return;
        var text = new StringBuilder("<methodResponse>").Append(response.IsFault ? "<fault>" : "<params><param>");
        XmlRpcWriter.AppendValue(text, response.Value, 0);
        text.Append(response.IsFault ? "</fault>" : "</param></params>").Append("</methodResponse>");
        var again = Read(Encoding.UTF8.GetBytes(text.ToString())) ?? throw new BrokenRuleException("what is written again is refused");
        BrokenRuleException.ThrowIf(again.IsFault != response.IsFault, "a fault became a value");
        BrokenRuleException.ThrowIf(!Same(response.Value, again.Value, exactly: true), $"{response.Value} is written as {again.Value}");

        if (NaiveXmlRpc.Read(input) is { } naive)
        {
            BrokenRuleException.ThrowIf(naive.IsFault != response.IsFault, "the second reader sees another kind");
            BrokenRuleException.ThrowIf(!Same(response.Value, naive.Value, exactly: false), $"{response.Value} instead of {naive.Value}");
        }
    }

    private static XmlRpcResponse? Read(byte[] xml)
    {
        try
        {
            return XmlRpcReader.ReadResponse(xml, MaxDepth, MaxValues);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <param name="exactly">False where XML itself changes line ends.</param>
    private static bool Same(XmlRpcValue ours, XmlRpcValue other, bool exactly)
    {
        if (ours.Kind == XmlRpcKind.Array && other.Kind == XmlRpcKind.Array)
            return ours.Items.Count == other.Items.Count && ours.Items.Zip(other.Items).All(pair => Same(pair.First, pair.Second, exactly));
        if (ours.Kind == XmlRpcKind.Struct && other.Kind == XmlRpcKind.Struct)
        {
            return ours.Members.Count == other.Members.Count && ours.Members.Zip(other.Members).All(pair =>
                Text(pair.First.Key, exactly) == Text(pair.Second.Key, exactly) && Same(pair.First.Value, pair.Second.Value, exactly));
        }

        // Control characters are written as base64, which supervisord takes for text.
        if (exactly && other.Kind == XmlRpcKind.Base64 && ours.Kind == XmlRpcKind.String && ours.TryGetString(out var written))
            return Encoding.UTF8.GetBytes(written).AsSpan().SequenceEqual(other.Bytes.Span);
        if (ours.Kind == other.Kind && ours.TryGetString(out var one) && other.TryGetString(out var two))
            return Text(one, exactly) == Text(two, exactly);
        if (ours.Kind == XmlRpcKind.Double && other.Kind == XmlRpcKind.Double && ours.TryGetDouble(out var x) && other.TryGetDouble(out var y))
            return x.Equals(y);
        return ours == other;
    }

    private static string Text(string text, bool exactly) => exactly ? text : NaiveXmlRpc.WithoutCarriageReturns(text);
}

using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Fuzz.Naive;

/// <summary>The platform's XML reader and the letter of XML-RPC. It refuses much that supervisord writes, and knows nothing of speed.</summary>
internal static class NaiveXmlRpc
{
    private const int MaxCharacters = 1024 * 1024;

    /// <summary>Null when it is no XML, or no answer.</summary>
    public static XmlRpcResponse? Read(byte[] xml)
    {
        XElement root;
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
            using var reader = XmlReader.Create(new MemoryStream(xml), settings);
            root = XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
        }
        catch (Exception e) when (e is XmlException or ArgumentException or NotSupportedException)
        {
            return null;
        }

        try
        {
            var kind = Named(root, "methodResponse").Elements().Single();
            return kind.Name == "fault"
                ? new XmlRpcResponse(Value(Only(kind, "value")), true)
                : new XmlRpcResponse(Value(Only(Only(Named(kind, "params"), "param"), "value")), false);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static XmlRpcValue Value(XElement value)
    {
        var types = value.Elements().ToArray();
        if (types.Length == 0)
            return value.Value;
        var type = types.Single();
        switch (type.Name.ToString())
        {
            case "nil":
                return default;
            case "int" or "i4" or "i8":
                return long.Parse(type.Value, NumberStyles.Integer, CultureInfo.InvariantCulture);
            case "boolean":
                return type.Value.Trim() is "1" or "true";
            case "double":
                return double.Parse(type.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
            case "base64":
                return XmlRpcValue.Base64(Convert.FromBase64String(type.Value));
            case "dateTime.iso8601":
                return XmlRpcValue.DateTime(type.Value);
            case "array":
                return XmlRpcValue.Array([.. Only(type, "data").Elements().Select(e => Value(Named(e, "value")))]);
            case "struct":
                return XmlRpcValue.Struct([.. type.Elements().Select(Member)]);
            default:
                return type.Value;
        }
    }

    private static KeyValuePair<string, XmlRpcValue> Member(XElement member)
    {
        XElement[] parts = [.. Named(member, "member").Elements()];
        return new(Named(parts[0], "name").Value, Value(Named(parts[1], "value")));
    }

    private static XElement Only(XElement parent, string name) => Named(parent.Elements().Single(), name);

    private static XElement Named(XElement element, string name) =>
        element.Name == name ? element : throw new InvalidOperationException(name);

    /// <summary>What XML makes of line ends, which ours keeps.</summary>
    public static string WithoutCarriageReturns(string text) =>
        new StringBuilder(text).Replace("\r\n", "\n").Replace('\r', '\n').ToString();
}

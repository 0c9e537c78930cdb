using System.Globalization;
using System.Text;

namespace Multivisor.Supervisord.XmlRpc;

/// <summary>Writes the text of a call in the dialect that supervisord reads (supervisor.md section 3).</summary>
internal static class XmlRpcWriter
{
    private const int MaxDepth = 64;

    public static byte[] Call(string method, IReadOnlyList<XmlRpcValue> arguments)
    {
        var text = new StringBuilder(256);
        text.Append("<?xml version='1.0'?>\n<methodCall><methodName>");
        AppendEscaped(text, method);
        text.Append("</methodName><params>");
        foreach (var argument in arguments)
        {
            text.Append("<param>");
            AppendValue(text, argument, 0);
            text.Append("</param>");
        }

        text.Append("</params></methodCall>\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    internal static void AppendValue(StringBuilder text, XmlRpcValue value, int depth)
    {
        if (depth > MaxDepth)
            throw new ArgumentException($"an argument of an XML-RPC call is nested deeper than {MaxDepth}", nameof(value));
        text.Append("<value>");
        switch (value.Kind)
        {
            case XmlRpcKind.Boolean:
                // Only "1" is true for supervisord.
                value.TryGetBoolean(out var flag);
                text.Append(flag ? "<boolean>1</boolean>" : "<boolean>0</boolean>");
                break;
            case XmlRpcKind.Integer:
                value.TryGetInt64(out var number);
                text.Append("<int>").Append(number).Append("</int>");
                break;
            case XmlRpcKind.Double:
                value.TryGetDouble(out var real);
                text.Append("<double>").Append(real.ToString("R", CultureInfo.InvariantCulture)).Append("</double>");
                break;
            case XmlRpcKind.String:
                value.TryGetString(out var str);
                AppendString(text, str!);
                break;
            case XmlRpcKind.DateTime:
                value.TryGetString(out var time);
                text.Append("<dateTime.iso8601>");
                AppendEscaped(text, time!);
                text.Append("</dateTime.iso8601>");
                break;
            case XmlRpcKind.Base64:
                AppendBase64(text, value.Bytes.Span);
                break;
            case XmlRpcKind.Array:
                text.Append("<array><data>");
                foreach (var item in value.Items)
                    AppendValue(text, item, depth + 1);
                text.Append("</data></array>");
                break;
            case XmlRpcKind.Struct:
                text.Append("<struct>");
                foreach (var (name, member) in value.Members)
                {
                    text.Append("<member><name>");
                    AppendEscaped(text, name);
                    text.Append("</name>");
                    AppendValue(text, member, depth + 1);
                    text.Append("</member>");
                }

                text.Append("</struct>");
                break;
            default:
                text.Append("<nil/>");
                break;
        }

        text.Append("</value>");
    }

    private static void AppendString(StringBuilder text, string value)
    {
        // XML has no way to write most control characters. supervisord decodes base64 to text, so they still get there:
        // sendProcessStdin of Ctrl-C works.
        if (HasUnwritable(value))
        {
            AppendBase64(text, Encoding.UTF8.GetBytes(value));
            return;
        }

        text.Append("<string>");
        AppendEscaped(text, value);
        text.Append("</string>");
    }

    private static void AppendBase64(StringBuilder text, ReadOnlySpan<byte> octets) =>
        text.Append("<base64>").Append(Convert.ToBase64String(octets)).Append("</base64>");

    private static bool HasUnwritable(string value)
    {
        foreach (var c in value)
        {
            if (c is < ' ' and not ('\t' or '\n' or '\r') or '\uFFFE' or '\uFFFF')
                return true;
        }

        return false;
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            switch (c)
            {
                case '&':
                    text.Append("&amp;");
                    break;
                case '<':
                    text.Append("&lt;");
                    break;
                case '>':
                    text.Append("&gt;");
                    break;
                case '\r':
                    // A bare CR would be read as LF.
                    text.Append("&#13;");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
    }
}

using System.Text;
using System.Xml;
using System.Xml.Linq;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>From the text of an XML-RPC call to the text of its answer.</summary>
internal static class XmlAnswers
{
    /// <exception cref="FormatException">It is no call.</exception>
    public static async Task<byte[]> AnswerAsync(SupervisorMethods methods, string call, CancellationToken cancellationToken)
    {
        var (name, arguments) = ReadCall(call);
        var text = new StringBuilder("<?xml version='1.0'?>\n<methodResponse>\n");
        try
        {
            // supervisord is asked once for all parts.
            if (name == "system.multicall")
            {
                await methods.CallAsync("getPID", [], cancellationToken);
                Append(text.Append("<params><param>"), Multicall(methods, arguments));
            }
            else
            {
                Append(text.Append("<params><param>"), await methods.CallAsync(Short(name), arguments, cancellationToken));
            }

            text.Append("</param></params>");
        }
        catch (SupervisordFaultException e)
        {
            Append(text.Append("<fault>"), Fault(e));
            text.Append("</fault>");
        }

        return Encoding.UTF8.GetBytes(text.Append("\n</methodResponse>\n").ToString());
    }

    private static RpcValue Multicall(SupervisorMethods methods, IReadOnlyList<RpcValue> arguments)
    {
        var results = new List<RpcValue>();
        foreach (var call in arguments[0].Items)
        {
            try
            {
                results.Add(methods.Answer(Short(Member(call, "methodName").TryGetString(out var name) ? name : ""), [.. Member(call, "params").Items]));
            }
            catch (SupervisordFaultException e)
            {
                results.Add(Fault(e));
            }
        }

        return RpcValue.Array([.. results]);
    }

    private static RpcValue Member(RpcValue map, string name) => map.TryGetMember(name, out var value) ? value : throw new FormatException(name);

    private static RpcValue Fault(SupervisordFaultException e) => RpcValue.Map(new("faultCode", e.Code), new("faultString", e.Message));

    private static string Short(string method) => method.StartsWith("supervisor.", StringComparison.Ordinal) ? method[11..] : method;

    private static (string Name, IReadOnlyList<RpcValue> Arguments) ReadCall(string text)
    {
        try
        {
            var call = XDocument.Parse(text).Root!;
            return (call.Element("methodName")!.Value, [.. call.Elements("params").Elements("param").Elements("value").Select(Read)]);
        }
        catch (Exception e) when (e is XmlException or NullReferenceException)
        {
            throw new FormatException("no call", e);
        }
    }

    private static RpcValue Read(XElement value) => value.Elements().FirstOrDefault() switch
    {
        null => value.Value,
        { Name.LocalName: "int" or "i4" } number => long.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture),
        { Name.LocalName: "boolean" } flag => flag.Value == "1",
        { Name.LocalName: "array" } array => RpcValue.Array([.. array.Elements("data").Elements("value").Select(Read)]),
        { Name.LocalName: "struct" } map => RpcValue.Map([.. map.Elements("member").Select(m => KeyValuePair.Create(m.Element("name")!.Value, Read(m.Element("value")!)))]),
        { } other => other.Value,
    };

    private static void Append(StringBuilder text, RpcValue value)
    {
        text.Append("<value>");
        if (value.TryGetString(out var str))
            text.Append("<string>").Append(System.Security.SecurityElement.Escape(str)).Append("</string>");
        else if (value.TryGetInt64(out var number))
            text.Append("<int>").Append(number).Append("</int>");
        else if (value.TryGetBoolean(out var flag))
            text.Append(flag ? "<boolean>1</boolean>" : "<boolean>0</boolean>");
        else if (value.Kind == RpcKind.Map)
            AppendStruct(text, value);
        else
            AppendArray(text, value);
        text.Append("</value>");
    }

    private static void AppendStruct(StringBuilder text, RpcValue value)
    {
        text.Append("<struct>");
        foreach (var (name, member) in value.Members)
        {
            Append(text.Append("<member><name>").Append(name).Append("</name>"), member);
            text.Append("</member>");
        }

        text.Append("</struct>");
    }

    private static void AppendArray(StringBuilder text, RpcValue value)
    {
        text.Append("<array><data>");
        foreach (var item in value.Items)
            Append(text, item);
        text.Append("</data></array>");
    }
}

using System.Text;
using System.Xml.Linq;
using CsCheck;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord.Tests.XmlRpc;

public sealed class XmlRpcWriterTests
{
    [Fact]
    public void Call_RecordedRequests_SayTheSame()
    {
        foreach (var line in Recording.Lines("agent_xmlrpc.jsonl"))
        {
            var request = Encoding.UTF8.GetString(line.Octets("request"));
            var expected = XElement.Parse(request[request.IndexOf("<methodCall", StringComparison.Ordinal)..]);
            var method = expected.Element("methodName")!.Value;
            var arguments = expected.Element("params")!.Elements().Select(p => FromXml(p.Element("value")!)).ToArray();

            var actual = XElement.Parse(Encoding.UTF8.GetString(XmlRpcWriter.Call(method, arguments)));

            Assert.Equal(expected.ToString(SaveOptions.DisableFormatting), actual.ToString(SaveOptions.DisableFormatting));
        }
    }

    [Fact]
    public void Call_AnyText_IsWellFormedAndArrives() => Gen.String.Sample(text =>
    {
        text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var value = XElement.Parse(Encoding.UTF8.GetString(XmlRpcWriter.Call("m", [text])), LoadOptions.PreserveWhitespace).Descendants("value").Single();
        var arrived = value.Element("base64") is { } base64 ? Encoding.UTF8.GetString(Convert.FromBase64String(base64.Value)) : value.Value;
        Assert.Equal(text, arrived);
    });

    [Fact]
    public void Call_EveryKind_IsWrittenAsSupervisordReadsIt() => Assert.Equal(
        "<?xml version='1.0'?>\n<methodCall><methodName>m</methodName><params>"
        + "<param><value><boolean>1</boolean></value></param><param><value><int>-5</int></value></param><param><value><double>1.5</double></value></param>"
        + "<param><value><string>a&lt;b&#13;</string></value></param><param><value><base64>AwQ=</base64></value></param>"
        + "<param><value><array><data><value><nil/></value></data></array></value></param>"
        + "<param><value><struct><member><name>k</name><value><int>1</int></value></member></struct></value></param></params></methodCall>\n",
        Encoding.UTF8.GetString(XmlRpcWriter.Call("m", [true, -5, 1.5, "a<b\r", XmlRpcValue.Base64([3, 4]), XmlRpcValue.Array(default(XmlRpcValue)), XmlRpcValue.Struct(new KeyValuePair<string, XmlRpcValue>("k", 1))])));

    private static XmlRpcValue FromXml(XElement value) => value.Elements().Single() switch
    {
        { Name.LocalName: "int" } number => long.Parse(number.Value),
        { Name.LocalName: "boolean" } flag => flag.Value == "1",
        { Name.LocalName: "string" } text => text.Value,
        { Name.LocalName: "array" } array => XmlRpcValue.Array([.. array.Element("data")!.Elements().Select(FromXml)]),
        { Name.LocalName: "struct" } members => XmlRpcValue.Struct(
            [.. members.Elements().Select(m => new KeyValuePair<string, XmlRpcValue>(m.Element("name")!.Value, FromXml(m.Element("value")!)))]),
        var other => throw new NotSupportedException(other.Name.LocalName),
    };
}

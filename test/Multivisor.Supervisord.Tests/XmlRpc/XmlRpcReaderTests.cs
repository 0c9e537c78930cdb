using System.Globalization;
using System.Text;
using System.Xml;
using CsCheck;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord.Tests.XmlRpc;

public sealed class XmlRpcReaderTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["abc<>&;\"' \r\n\t\0\u001b\u00e9\u20ac]["], 0, 20]);

    private static readonly Gen<XmlRpcValue> Value = Gen.Recursive<XmlRpcValue>((depth, inner) => depth > 3
        ? Gen.Long.Select(n => (XmlRpcValue)n)
        : Gen.OneOf(
            Text.Select(WithoutLoneSurrogates).Select(t => (XmlRpcValue)t),
            Gen.Long.Select(n => (XmlRpcValue)n),
            Gen.Bool.Select(b => (XmlRpcValue)b),
            Gen.Double.Where(double.IsFinite).Select(d => (XmlRpcValue)d),
            inner.Array[0, 4].Select(a => XmlRpcValue.Array(a)),
            Gen.Select(Text.Select(WithoutLoneSurrogates), inner, (k, v) => new KeyValuePair<string, XmlRpcValue>(k, v)).Array[0, 4].Select(m => XmlRpcValue.Struct(m))));

    [Fact]
    public void ReadResponse_AnyValueAsSupervisordWritesIt_IsReadBack() =>
        Value.Sample(value => Assert.Equal(value, Read(AsSupervisordWrites(value)).Value));

    [Fact]
    public void ReadResponse_AnyOctets_AreReadOrRefusedButNeverBreakIt() =>
        Gen.OneOf(Gen.Byte.Array[0, 200].Select(b => b), MutatedAnswers()).Sample(octets =>
        {
            try
            {
                XmlRpcReader.ReadResponse(octets, 8, 100);
            }
            catch (FormatException)
            {
                // The only way to refuse.
            }
        });

    [Fact]
    public void ReadResponse_RecordedAnswers_AreWhatAnXmlReaderReads()
    {
        var count = 0;
        foreach (var line in Recording.Lines("agent_xmlrpc.jsonl"))
        {
            var response = line.Octets("response");
            var start = response.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
            if (!response.AsSpan(start).StartsWith("<?xml"u8))
                continue;
            var expected = Flatten(response.AsSpan(start).ToArray());
            var actual = new List<string>();
            Flatten(XmlRpcReader.ReadResponse(response.AsSpan(start), 32, 1_000_000).Value, actual);
            Assert.Equal(expected, actual);
            count++;
        }

        Assert.True(count > 40, $"only {count} answers");
    }

    [Fact]
    public void ReadResponse_ControlCharactersNulAndCr_Survive() =>
        Assert.Equal("a\0b\u001b[1mc\r\nd\re\u0001", Read("<value><string>a\0b\u001b[1mc\r\nd\re\u0001</string></value>").Value);

    [Fact]
    public void ReadResponse_OctetsThatAreNotUtf8_BecomeReplacementCharacters()
    {
        byte[] xml = [.. "<methodResponse><params><param><value>a"u8, 0xFF, .. "b</value></param></params></methodResponse>"u8];
        Assert.Equal("a\uFFFDb", XmlRpcReader.ReadResponse(xml, 8, 100).Value);
    }

    [Theory]
    [InlineData("<value>bare</value>", "bare")]
    [InlineData("<value></value>", "")]
    [InlineData("<value><string/></value>", "")]
    [InlineData("<value>&lt;a&gt; &amp;&#65;&#x42;&quot;&apos;</value>", "<a> &AB\"'")]
    [InlineData("<value><string><![CDATA[<x>&amp;]]>y<!-- no -->z</string></value>", "<x>&amp;yz")]
    [InlineData("<value><thing attr=\"a>b\">text</thing></value>", "text")]
    public void ReadResponse_Text_IsDecoded(string xml, string expected) => Assert.Equal(expected, Read(xml).Value);

    [Fact]
    public void ReadResponse_Fault_IsTold()
    {
        var (value, isFault) = XmlRpcReader.ReadResponse(
            "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>10</int></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n"u8,
            8,
            100);
        Assert.True(isFault);
        Assert.True(value.TryGetMember("faultCode", out var code) && code == 10);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><methodResponse/>", "document type")]
    [InlineData("<html><body>no</body></html>", "methodResponse")]
    [InlineData("", "tag was expected")]
    [InlineData("<methodResponse><params><param><value><int>1</int></value></param></params>", "tag was expected")]
    [InlineData("<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>", "integer")]
    [InlineData("<methodResponse><params><param><value>&bad;</value></param></params></methodResponse>", "entity")]
    public void ReadResponse_SomethingElse_IsRefusedWithTheReason(string xml, string reason)
    {
        var error = Assert.Throws<FormatException>(() => XmlRpcReader.ReadResponse(Encoding.UTF8.GetBytes(xml), 8, 100));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadResponse_DeepOrManyValues_AreRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("<value><array><data>", 10)) + string.Concat(Enumerable.Repeat("</data></array></value>", 10));
        var many = "<value><array><data>" + string.Concat(Enumerable.Repeat("<value/>", 101)) + "</data></array></value>";
        Assert.Contains("deeper", Assert.Throws<FormatException>(() => Read(deep)).Message, StringComparison.Ordinal);
        Assert.Contains("many", Assert.Throws<FormatException>(() => Read(many)).Message, StringComparison.Ordinal);
    }

    private static XmlRpcResponse Read(string value) => XmlRpcReader.ReadResponse(
        Encoding.UTF8.GetBytes($"<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n{value}\n</param>\n</params>\n</methodResponse>\n"), 8, 100);

    private static string WithoutLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Escapes only the three characters, as supervisord does, and leaves everything else raw.</summary>
    private static string AsSupervisordWrites(XmlRpcValue value)
    {
        static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        value.TryGetString(out var text);
        value.TryGetBoolean(out var flag);
        value.TryGetDouble(out var real);
        var inner = value.Kind switch
        {
            XmlRpcKind.String => $"<string>{Escape(text!)}</string>",
            XmlRpcKind.Boolean => $"<boolean>{(flag ? 1 : 0)}</boolean>",
            XmlRpcKind.Integer => $"<int>{value}</int>",
            XmlRpcKind.Double => $"<double>{real.ToString("R", CultureInfo.InvariantCulture)}</double>",
            XmlRpcKind.Array => $"<array><data>\n{string.Concat(value.Items.Select(AsSupervisordWrites))}</data></array>",
            _ => $"<struct>\n{string.Concat(value.Members.Select(m => $"<member>\n<name>{Escape(m.Key)}</name>\n{AsSupervisordWrites(m.Value)}</member>\n"))}</struct>",
        };
        return $"<value>{inner}</value>\n";
    }

    private static Gen<byte[]> MutatedAnswers()
    {
        var answers = Recording.Lines("agent_xmlrpc.jsonl").Select(l => l.Octets("response")).Select(r => r[(r.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..]).Where(r => r.Length < 3000).Take(20).ToArray();
        return Gen.Select(Gen.Int[0, answers.Length - 1].Select(i => answers[i]), Gen.Int[0, 2999], Gen.Byte, Gen.Int[0, 2]).Select((answer, at, octet, kind) =>
        {
            at %= answer.Length;
            return kind switch
            {
                0 => answer[..at],
                1 => [.. answer[..at], .. answer[(at + 1)..]],
                _ => [.. answer[..at], octet, .. answer[(at + 1)..]],
            };
        });
    }

    private static List<string> Flatten(byte[] xml)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml));
        var texts = new List<string>();
        string? last = null;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
                last = "";
            else if (reader.NodeType == XmlNodeType.Text)
                last = reader.Value;
            else if (reader.NodeType == XmlNodeType.EndElement && reader.Name is "string" or "int" or "boolean" or "name")
                texts.Add(last!);
        }

        return texts;
    }

    private static void Flatten(XmlRpcValue value, List<string> texts)
    {
        switch (value.Kind)
        {
            case XmlRpcKind.Array:
                foreach (var item in value.Items)
                    Flatten(item, texts);
                break;
            case XmlRpcKind.Struct:
                foreach (var (name, member) in value.Members)
                {
                    texts.Add(name);
                    Flatten(member, texts);
                }

                break;
            default:
                texts.Add(value.TryGetString(out var text) ? text : value.TryGetBoolean(out var flag) ? flag ? "1" : "0" : value.ToString());
                break;
        }
    }
}

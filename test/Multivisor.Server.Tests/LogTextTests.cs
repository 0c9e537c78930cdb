using System.Text;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Logs;

namespace Multivisor.Server.Tests;

public sealed class LogTextTests
{
    [Fact]
    public void Read_ValidTextCutAnywhere_IsTheSameTextWithExactOffsets()
    {
        string[] parts = ["a", "é", "€", "😀", "\n", "\0", "\u001b", "\r"];
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => parts[random.Next(parts.Length)]));
            var octets = Encoding.UTF8.GetBytes(text);
            var reader = new LogTextReader();
            reader.Move(new LogEvent.Moved(LogMove.Begun, "f", 100, default, 0));
            var got = new StringBuilder();
            var at = 100L;
            for (int from = 0, length; from < octets.Length; from += length)
            {
                length = Math.Min(random.Next(1, 8), octets.Length - from);
                if (reader.Read(new LogEvent.Data(100 + from, octets.AsMemory(from, length))) is not { } read)
                    continue;
                Assert.Equal((at, read.Position.Offset), (read.From, read.To));
                Assert.Equal(Encoding.UTF8.GetByteCount(read.Text), read.To - read.From);
                at = read.To;
                got.Append(read.Text);
            }

            Assert.Equal((text, 100 + octets.Length), (got.ToString(), reader.Position.Offset));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xff, 0x62 }, "a\ufffdb")]
    [InlineData(new byte[] { 0x61, 0xe2, 0x82 }, "a\ufffd")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80 }, "\ufffd\ufffd\ufffd\ufffd")]
    [InlineData(new byte[] { 0xf0, 0x9f, 0x98 }, "\ufffd")]
    public void Read_WhatIsNoText_IsReplacedAndCounted(byte[] octets, string text)
    {
        var reader = new LogTextReader();
        reader.Move(new LogEvent.Moved(LogMove.Begun, "f", 0, default, 0));
        var got = new StringBuilder();
        foreach (var octet in octets)
            got.Append(reader.Read(new LogEvent.Data(0, new[] { octet }))?.Text);
        // What waits for its rest is given out when the file ends.
        got.Append(reader.Move(new LogEvent.Moved(LogMove.Rotated, "g", 0, default, 0))?.Text);

        Assert.Equal(text, got.ToString());
    }
}

using System.Net;

namespace Multivisor.ZeroRpc.Tests;

public sealed class OptionsTests
{
    public static TheoryData<ZeroRpcOptions> OutOfRange =>
    [
        new ZeroRpcOptions { Heartbeat = TimeSpan.Zero },
        new ZeroRpcOptions { Heartbeat = TimeSpan.FromSeconds(-1) },
        new ZeroRpcOptions { ConnectTimeout = TimeSpan.Zero },
        new ZeroRpcOptions { CallTimeout = TimeSpan.Zero },
        new ZeroRpcOptions { MaxFrameLength = 0 },
        new ZeroRpcOptions { MaxSentLength = 0 },
        new ZeroRpcOptions { MaxDepth = 0 },
        new ZeroRpcOptions { MaxElements = 0 },
        new ZeroRpcOptions { MaxConnections = 0 },
        new ZeroRpcOptions { MaxChannels = -1 },
    ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task Options_OutOfRange_AreRefusedAtBothEnds(ZeroRpcOptions options)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), new ZeroRpcService("x"), options));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ZeroRpcClient.ConnectAsync("127.0.0.1", 1, options));
    }
}

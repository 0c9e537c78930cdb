using Multivisor.Agent.Calls;
using Multivisor.Supervisord;
using Multivisor.Supervisord.XmlRpc;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Calls;

public sealed class TranslationTests
{
    [Fact]
    public void ThereAndBack_EveryKindThatBothHave_IsTheSame()
    {
        var value = RpcValue.Map(
            new("a", RpcValue.Array(1, -2, true, "text", 1.5, RpcValue.Array(), RpcValue.Map())), new("b", RpcValue.Binary([1, 2])));
        Assert.Equal(value, value.ToXmlRpc().ToRpc());
        Assert.Equal(RpcValue.Nil, default(XmlRpcValue).ToRpc());
        Assert.Equal("20260101T00:00:00", XmlRpcValue.DateTime("20260101T00:00:00").ToRpc());
    }

    [Fact]
    public void ToXmlRpc_WhatTheOriginalCannotSend_IsRefusedInItsWords()
    {
        Assert.Equal("TypeError: cannot marshal None unless allow_none is enabled", Told(RpcValue.Array(RpcValue.Nil)));
        Assert.Equal("OverflowError: int exceeds XML-RPC limits", Told(1L << 31));
        Assert.Equal("OverflowError: int exceeds XML-RPC limits", Told(RpcValue.Unsigned(ulong.MaxValue)));
    }

    [Fact]
    public void CallErrors_Messages_AreThoseOfTheOriginal()
    {
        Assert.Equal("<Fault 10: 'BAD_NAME: zz'>", CallErrors.ToRemote(new SupervisordFaultException(10, "BAD_NAME: zz")).Message);
        var http = CallErrors.ToRemote(new SupervisordHttpException(500, "Internal Server Error", "long advice"));
        Assert.Equal(("ProtocolError", "<ProtocolError for 127.0.0.1/RPC2: 500 Internal Server Error>"), (http.Name, http.Message));
    }

    private static string Told(RpcValue value)
    {
        var error = Assert.Throws<RemoteException>(() => value.ToXmlRpc());
        return $"{error.Name}: {error.Message}";
    }
}

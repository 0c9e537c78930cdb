using System.Text.RegularExpressions;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>Makes a real request of any route, for a supervisor s1 with a process g:p.</summary>
internal static partial class RouteCalls
{
    public static string Address(string pattern) => Parameter().Replace(pattern, match => match.Groups["name"].Value switch
    {
        "uid" => "s1:g:p",
        "name" or "supervisor" => "s1",
        "group" => "g",
        "stream" => "out",
        _ => "x",
    });

    public static async Task<HttpResponseMessage> CallAsync(
        this TestServer server, string method, string pattern, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Address(pattern));
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new FormUrlEncodedContent(
                [new("uid", "s1:g:p"), new("supervisor", "s1"), new("group", "g"), new("signal", "HUP"), new("text", "x"), new("username", "nobody"), new("password", "nothing")]);
        }

        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }

    [GeneratedRegex(@"\{\*{0,2}(?<name>[a-z_]+)[^}]*\}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}

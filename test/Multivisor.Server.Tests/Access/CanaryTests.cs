using System.Text;
using Multivisor.Fleet.Access;
using Multivisor.Server.Access;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>A secret in every setting that takes one, and everything that the program says: it is nowhere.</summary>
public sealed class CanaryTests
{
    private const string Canary = "CANARY";

    [Fact]
    public async Task Secrets_OfEverySetting_AreInNoAnswerLogLineErrorOrAuditEntry()
    {
        var (token, stored) = StoredToken.Create();
        var hash = StoredPassword.Create("CANARY-hashed", 1000);
        string[] secrets = [Canary, token, stored[8..], hash[15..], hash.Split('$')[2]];
        using var folder = new TempFile("unused", "");
        var audit = Path.Combine(Path.GetDirectoryName(folder.Path)!, "audit.log");
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        var text = TestServer.Config(
            $"""
            username = CANARY-user
            password = CANARY-password
            api_token = CANARY-token
            smtp_password = CANARY-smtp
            motd = %(password)s
            # old_password = CANARY-old
            audit_log = {audit}
            [user:plain]
            password = CANARY-plain
            role = admin
            [user:hashed]
            password = {hash}
            [token:ci]
            hash = {stored}
            role = admin

            """,
            agent);
        using var file = new TempFile("multivisor.conf", text);
        var said = new StringBuilder();
        // TestServer.Secret, the key of the sessions, is a canary as well.
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0", "--log-level", "DEBUG");
        await using (program)
        {
            await program.LogAsync("connected to");
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
            var cookie = await SignInAsync(client, "CANARY-user", "CANARY-password", said);
            await SignInAsync(client, "plain", "CANARY-plain", said);
            await SignInAsync(client, "hashed", "CANARY-hashed", said);
            await SignInAsync(client, "CANARY-password", "CANARY-user", said);
            await SignInAsync(client, "plain", "CANARY-wrong", said);
            (string, string)[] callers = [("X-Nobody", "1"), ("Cookie", cookie), ("Authorization", $"Bearer {token}"), ("Authorization", $"Bearer {token}CANARY")];
            foreach (var route in PolicyTable.Routes.Keys.Append("GET /").Append("GET /nope").Append("PATCH /api/data").Where(r => r != "POST /api/logout"))
            {
                foreach (var caller in callers)
                    said.AppendLine(await AskAsync(client, route, caller));
            }

            foreach (var bad in (string[])["password = %CANARY", "password CANARY-lost", " password = CANARY-indented", "[user:x]\npassword = {PBKDF2-SHA512}CANARY", "[token:x]\nhash = CANARY"])
            {
                file.Write($"{text}\n{bad}\n");
                said.AppendLine(await AskAsync(client, "POST /api/admin/reload", callers[1]));
                said.AppendLine(await AskAsync(client, "GET /api/config/file", callers[1]));
            }

            await program.SignalAsync("TERM");
            Assert.Equal(0, await program.ExitAsync());
        }

        said.AppendJoin('\n', program.Errors).AppendJoin('\n', program.Output).AppendLine(await File.ReadAllTextAsync(audit));
        Assert.Contains("********", said.ToString(), StringComparison.Ordinal);
        var told = said.ToString().Split('\n').Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        // The name of the user that is shown to an administrator with the file, as the original does, is the only exception.
        Assert.Equal("", string.Join('\n', told.Where(line => line.Replace("username = CANARY-user", "", StringComparison.Ordinal).Contains(Canary, StringComparison.OrdinalIgnoreCase)
            || secrets.Skip(1).Any(secret => line.Contains(secret, StringComparison.Ordinal)))));
    }

    private static async Task<string> SignInAsync(HttpClient client, string user, string password, StringBuilder said)
    {
        using var response = await client.PostAsync("/api/login", new FormUrlEncodedContent([new("username", user), new("password", password)]));
        said.AppendLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : "";
    }

    private static async Task<string> AskAsync(HttpClient client, string route, (string Name, string Value) caller)
    {
        var (method, pattern) = (route.Split(' ')[0], route.Split(' ')[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), RouteCalls.Address(pattern));
        request.Headers.Add(caller.Name, caller.Value);
        if (method == "POST")
            request.Content = new FormUrlEncodedContent([new("uid", "s1:g:none"), new("supervisor", "none"), new("group", "none"), new("signal", "HUP"), new("text", "x"), new("username", "x"), new("password", "CANARY-typed")]);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        var body = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync().Soon();
        return $"{route} {(int)response.StatusCode} {response.Headers} {response.Content.Headers} {body}".ReplaceLineEndings(" ").Replace("\\n", "\n", StringComparison.Ordinal);
    }
}

using System.Text;
using Multivisor.Fleet.Access;
using Multivisor.Server.Access;
using Multivisor.Server.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Server.Tests.Access;

/// <summary>A secret in every setting that takes one, and everything that the program says: it is nowhere.</summary>
public sealed class CanaryTests
{
    private const string Canary = "CANARY";

    /// <summary>Each is a mistake in a line with a secret, or beside one.</summary>
    private static readonly string[] Mistakes =
    [
        "password = %CANARY", "password = CANARY%(canary)s", "password CANARY-lost", " password = CANARY-indented",
        "[user:x]\npassword = {PBKDF2-SHA512}CANARY", "[user:x]\npassword = CANARY-x\nrole = king", "[token:x]\nhash = CANARY",
        "[supervisor:x]\nurl = http://u:CANARY@host:99999", "[supervisor:x]\nurl = ftp://u:CANARY@host", "[supervisor:x]\nurl = http://u:CANARY@",
        "[supervisor:x]\nurl = u:CANARY@host:9002", "[supervisor:x]\nurl = tls://u:CANARY@host", "[supervisor:x]\nurl = auto://u:CANARY@host",
        "[supervisor:x]\nurl = https://u:CANARY,CANARY@host:1:2", "[supervisor:x]\nurl = http://u:CANARY @host", "[supervisor:x]\nurl = unix://u:CANARY@",
        "[supervisor:x]\nurl = ssh://u:CANARY@host", "[supervisor:x]\nurl = host:1, http://u:CANARY@host:none", "[supervisor:x]\n url = http://u:CANARY@host",
        "[supervisor:x]\nurl = http://host\nusername = u\npassword = CANARY\npassword_file = /x", "[supervisor:x]\nurl = http://u:CANARY@host\npassword = CANARY",
        "[supervisor:x]\nurl = http://host\npassword = CANARY", "[supervisor:x]\nurl = http://u:%(CANARY)s@host",
        "[oidc]\nclient_secret = CANARY\n[oidc:*]", "[oidc]\nauthority = https://u:CANARY@host\nclient_id = x\n[oidc:*]",
        "[oidc]\nauthority = https://host\nclient_id = x\nclient_secret = CANARY\nclient_secret_env = X\n[oidc:*]",
        "[discovery:x]\npassword = CANARY", "[discovery:x]\nfile = /nowhere\nusername = u\npassword = CANARY\npassword_env = X",
        "[supervisor:s1]\nurl = http://u:CANARY@host", "[global]\npassword = CANARY",
    ];

    [Fact]
    public async Task Secrets_OfEverySetting_AreInNoAnswerLogLineErrorOrAuditEntry()
    {
        var (token, stored) = StoredToken.Create();
        var hash = StoredPassword.Create("CANARY-hashed", 1000);
        using var unused = new TempFile("agent.token", "CANARY-token-of-a-file-that-is-long-enough");
        var folder = Path.GetDirectoryName(unused.Path)!;
        using var ca = new TestCa();
        var link = ca.Issue("link", TestCa.ClientUse);
        var key = (await File.ReadAllTextAsync(link.Key)).Split('\n').Where(line => line.Length > 40 && !line.StartsWith('-'));
        string[] secrets = [Canary, token, stored[8..], hash[15..], hash.Split('$')[2], .. key];
        Assert.True(secrets.Length > 6);
        foreach (var (name, content) in ((string, string)[])
        [
            ("password.secret", "CANARY-password-file"), ("oidc.secret", "CANARY-oidc-file"), ("broken.key", "-----BEGIN PRIVATE KEY-----\nCANARYCANARY\n-----END PRIVATE KEY-----\n"),
            ("found.json", """[{"name":"found1","url":"http://u:CANARY-found@127.0.0.1:1"},{"name":"found2","url":"nonsense://u:CANARY-found@127.0.0.1:1"},{"name":"found3","password":"CANARY"}]"""),
            ("more.conf", "[supervisor:more]\nurl = http://u:CANARY-more@127.0.0.1:1\n"),
        ])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        }

        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var web = new OneAnswerServer(OneAnswerServer.UnknownMethod, "401 Unauthorized");
        var text = TestServer.Config(
            $"""
            username = CANARY-user
            password = CANARY-password
            api_token = CANARY-token
            smtp_password = CANARY-smtp
            motd = %(password)s
            # old_password = CANARY-old
            audit_log = {folder}/audit.log
            include = more.conf
            token_file = agent.token
            [user:plain]
            password = CANARY-plain
            role = admin
            [user:hashed]
            password = {hash}
            [token:ci]
            hash = {stored}
            role = admin
            [oidc]
            authority = https://provider.invalid/realm
            client_id = multivisor
            client_secret_file = oidc.secret
            [oidc:*]
            [supervisor:http]
            url = http://u:CANARY-http@127.0.0.1:{web.Port}
            [supervisor:https]
            url = https://u:CANARY-https@127.0.0.1:{web.Port}
            [supervisor:two]
            url = http://u:CANARY-one@127.0.0.1:1, https://u:CANARY-two@127.0.0.1:1
            [supervisor:key]
            url = http://127.0.0.1:{web.Port}
            username = u
            password = CANARY-own-key
            [supervisor:file]
            url = http://127.0.0.1:{web.Port}
            username = u
            password_file = password.secret
            [supervisor:env]
            url = http://127.0.0.1:{web.Port}
            username = u
            password_env = A_PASSWORD
            [supervisor:unix]
            url = unix:///nowhere/supervisor.sock
            username = u
            password = CANARY-unix
            [supervisor:ssh]
            url = ssh://nobody@127.0.0.1:1/nowhere/supervisor.sock
            username = u
            password = CANARY-ssh
            [supervisor:tls]
            url = tls://127.0.0.1:{agent.Port}
            tls_cert = {link.File}
            tls_key = {link.Key}
            [supervisor:broken]
            url = tls://127.0.0.1:{agent.Port}
            tls_cert = {link.File}
            tls_key = broken.key
            [discovery:list]
            file = found.json
            username = u
            password = CANARY-discovery

            """,
            agent);
        var path = Path.Combine(folder, "multivisor.conf");
        await File.WriteAllTextAsync(path, text);
        var said = new StringBuilder();
        // TestServer.Secret, the key of the sessions, is a canary as well.
        var (program, address) = await ServerProcess.StartListeningAsync(
            [("A_PASSWORD", "CANARY-env"), ("HTTPS_PROXY", "http://u:CANARY-proxy@127.0.0.1:9"), ("https_proxy", "http://u:CANARY-proxy@127.0.0.1:9")],
            "-c", path, "--bind", "127.0.0.1:0", "--log-level", "DEBUG");
        await using (program)
        {
            await program.LogAsync("connected to");
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
            var cookie = await SignInAsync(client, "CANARY-user", "CANARY-password", said);
            await SignInAsync(client, "plain", "CANARY-plain", said);
            await SignInAsync(client, "hashed", "CANARY-hashed", said);
            await SignInAsync(client, "CANARY-password", "CANARY-user", said);
            await SignInAsync(client, "plain", "CANARY-wrong", said);
            (string, string)[] callers = [("X-Nobody", "1"), ("Cookie", cookie), ("Authorization", $"Bearer {token}"), ("Authorization", $"Bearer {token}CANARY")];
            // Of all that happens meanwhile, the losses of links and what is told of them included.
            var stream = StreamAsync(client, callers[1]);
            foreach (var route in PolicyTable.Routes.Keys.Append("GET /").Append("GET /nope").Append("PATCH /api/data").Where(r => r is not "POST /api/logout"))
            {
                foreach (var caller in callers)
                    said.AppendLine(await AskAsync(client, route, caller));
            }

            foreach (var name in (string[])["http", "https", "two", "key", "file", "env", "unix", "ssh", "tls", "broken", "found1", "more"])
            {
                said.AppendLine(await AskAsync(client, $"GET /api/supervisor/info/{name}", callers[1]));
                said.AppendLine(await AskAsync(client, $"GET /api/supervisor/log/tail/{name}", callers[1]));
                said.AppendLine(await AskAsync(client, "POST /api/supervisor/reread", callers[1], name));
            }

            foreach (var bad in Mistakes)
            {
                await File.WriteAllTextAsync(path, $"{text}\n{bad}\n");
                var answer = await AskAsync(client, "POST /api/admin/reload", callers[1]);
                said.AppendLine(answer);
                said.AppendLine(await AskAsync(client, "GET /api/config/file", callers[1]));
                await File.WriteAllTextAsync(Path.Combine(folder, "more.conf"), bad);
                await File.WriteAllTextAsync(path, text);
                said.AppendLine(await AskAsync(client, "POST /api/admin/reload", callers[1]));
                await File.WriteAllTextAsync(Path.Combine(folder, "more.conf"), "");
            }

            said.AppendLine(await AskAsync(client, "POST /api/admin/reload", callers[1]));
            await program.SignalAsync("TERM");
            Assert.Equal(0, await program.ExitAsync());
            said.AppendLine(await stream);
        }

        said.AppendJoin('\n', program.Errors).AppendJoin('\n', program.Output).AppendLine(await File.ReadAllTextAsync(Path.Combine(folder, "audit.log")));
        Assert.Contains("********", said.ToString(), StringComparison.Ordinal);
        // The name of the user that is shown to an administrator with the file, as the original does, is the only exception.
        var told = said.ToString().Split('\n').Select(line => line.Replace("username = CANARY-user", "", StringComparison.Ordinal))
            .Where(line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase) || secrets.Skip(1).Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        var leaks = string.Join('\n', told.Select(line => line.Length > 2000 ? $"{line[..2000]}…" : line));
        Assert.True(leaks.Length == 0, leaks);
    }

    [Fact]
    public async Task Secrets_OfTheEnvironment_AreNotInTheErrorThatEndsTheProgram()
    {
        using var file = new TempFile("multivisor.conf", "[global]\n");
        var folder = Path.GetDirectoryName(file.Path)!;
        using var ca = new TestCa();
        var https = ca.Issue("https", TestCa.ServerUse);
        foreach (var key in (string[])["CANARY", "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nCANARY\n-----END ENCRYPTED PRIVATE KEY-----\n"])
        {
            await File.WriteAllTextAsync($"{folder}/key.pem", key);
            await using var program = ServerProcess.StartWith(
                [("MULTIVISOR_HTTPS_SERVER_KEY", $"{folder}/key.pem"), ("MULTIVISOR_HTTPS_CERT_FILE", https.File)], "-c", file.Path, "--bind", "127.0.0.1:0");
            Assert.Equal(2, await program.ExitAsync());
            var said = string.Join('\n', [.. program.Errors, .. program.Output]);
            Assert.NotEmpty(said);
            Assert.DoesNotContain(Canary, said, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task<string> StreamAsync(HttpClient client, (string Name, string Value) caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stream?hello=1");
        request.Headers.Add(caller.Name, caller.Value);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                text.AppendLine(line);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The server ends first.
        }

        Assert.Contains("supervisor_changed", text.ToString(), StringComparison.Ordinal);
        return text.ToString();
    }

    private static async Task<string> SignInAsync(HttpClient client, string user, string password, StringBuilder said)
    {
        using var response = await client.PostAsync("/api/login", new FormUrlEncodedContent([new("username", user), new("password", password)]));
        said.AppendLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : "";
    }

    private static async Task<string> AskAsync(HttpClient client, string route, (string Name, string Value) caller, string supervisor = "none")
    {
        var (method, pattern) = (route.Split(' ')[0], route.Split(' ')[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), RouteCalls.Address(pattern));
        request.Headers.Add(caller.Name, caller.Value);
        if (method == "POST")
            request.Content = new FormUrlEncodedContent([new("uid", "s1:g:none"), new("supervisor", supervisor), new("group", "none"), new("signal", "HUP"), new("text", "x"), new("username", "x"), new("password", "CANARY-typed")]);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        var body = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await BeginningAsync(response) : await response.Content.ReadAsStringAsync().Soon();
        return $"{route} {(int)response.StatusCode} {response.Headers} {response.Content.Headers} {body}".ReplaceLineEndings(" ").Replace("\\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>What a stream says at once.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var buffer = new byte[16 * 1024];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
        }
        catch (OperationCanceledException)
        {
            return "";
        }
    }
}

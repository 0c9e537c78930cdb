using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.Fleet.Configuration;
using Multivisor.Manual;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Settings;

/// <summary>docs/configuration.md has every key, and what it says of each is so.</summary>
public sealed partial class KeyReferenceTests
{
    /// <summary>What else is in the readers' quotation marks: names of sections, claims, schemes and words of values.</summary>
    private static readonly string[] NoKeys =
        ["global", "supervisors", "user", "token", "oidc", "openid", "profile", "email", "preferred_username", "sub", "localhost", "auto", "roles"];

    private const string Folder = "/etc";

    public static TheoryData<string, string> Keys { get; } = [.. ConfigKeys.All.SelectMany(section => section.Keys.Select(key => (section.Title, key.Name)))];

    [Fact]
    public void Reference_IsMadeOfTheKeysOfTheCode()
    {
        var document = Document.Named("docs/configuration.md");
        Assert.True(document.Text == KeyTables.Renew(document.Text), "docs/configuration.md is not up to date: run scripts/docs.sh");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Example_OfAKey_IsReadWithoutAWarning(string title, string name)
    {
        var key = Find(title, name);

        var read = Read(title, $"{name} = {key.Sample}");

        Assert.Empty(read.Errors);
        Assert.DoesNotContain(read.Config!.Warnings, warning => warning.ToString().Contains("not known", StringComparison.Ordinal));
    }

    [Fact]
    public void Default_OfEachKey_IsAsIfItWereMissing()
    {
        foreach (var section in ConfigKeys.All)
        {
            foreach (var key in section.Keys.Where(key => key.Default is not null))
            {
                var (with, without) = (Read(section.Title, $"{key.Name} = {key.Default}").Config!, Read(section.Title, "# nothing").Config!);
                Assert.Equal(MeaningOf(without), MeaningOf(with));
                Assert.NotEqual(MeaningOf(without), MeaningOf(Read(section.Title, $"{key.Name} = {key.Sample}").Config!));
            }
        }
    }

    /// <summary>What is said of the keys of [global] in docs/configuration.md.</summary>
    [Fact]
    public void GlobalKeys_ButTheName_AreNotServed() =>
        Assert.Equal(["name"], ConfigKeys.Global.Keys.Where(key => Read("[global]", $"{key.Name} = {key.Sample}").Config!.Global.Any(read => read.Name == key.Name && !read.IsSecret)).Select(key => key.Name));

    /// <summary>A key that is read and not in the list would be in no document.</summary>
    [Fact]
    public void Readers_KnowNoOtherKeys()
    {
        var known = ConfigKeys.All.SelectMany(section => section.Names).Concat(NoKeys).ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "src/Multivisor.Fleet/Configuration"), "*Reader.cs").Append(
            Path.Combine(TestData.RepositoryRoot, "src/Multivisor.Fleet/Configuration/ConfigInclude.cs")).ToList();
        Assert.True(files.Count >= 8);
        Assert.Empty(files.SelectMany(File.ReadLines).Where(line => !line.Contains("///", StringComparison.Ordinal))
            .SelectMany(line => Literal().Matches(line).Select(literal => literal.Groups["text"].Value)).Where(text => !known.Contains(text)).Distinct());
    }

    private static ConfigKey Find(string title, string name) => ConfigKeys.All.Single(section => section.Title == title).Keys.Single(key => key.Name == name);

    /// <summary>A whole file that has a section of that kind with this line in it, and all that the line needs beside it.</summary>
    private static ConfigResult Read(string title, string line)
    {
        var key = line.Split(' ')[0];
        var (global, own, other) = (new List<string>(), new List<string> { line }, "");
        switch (title)
        {
            case "[global]":
                (global, own) = (own, []);
                if (key.StartsWith("user_header", StringComparison.Ordinal))
                    global.AddRange(new[] { "user_header = X-User", "trusted_proxies = 127.0.0.1" }.Where(more => !more.StartsWith($"{key} ", StringComparison.Ordinal)));
                title = "[supervisor:host9]";
                break;
            case "[user:NAME]" when key != "password":
                own.Add("password = a password");
                break;
            case "[token:NAME]" when key != "hash":
                own.Add($"hash = {Find(title, "hash").Sample}");
                break;
            case "[oidc]":
                own.AddRange(new[] { "authority = https://login.example", "client_id = x" }.Where(more => !more.StartsWith($"{key} ", StringComparison.Ordinal)));
                other = "[oidc:*]\nrole = viewer\n";
                break;
            case "[oidc:VALUE]":
                other = "[oidc]\nauthority = https://login.example\nclient_id = x\n";
                break;
            case "[supervisor:NAME]" or "[discovery:NAME]":
                var target = title == "[supervisor:NAME]" ? "url" : "dns";
                if (key is not ("url" or "dns" or "file"))
                    own.Add($"{target} = {(key is "username" || key.StartsWith("password", StringComparison.Ordinal) ? "http" : key.StartsWith('t') ? "tls" : "tcp")}://host1.example:9003");
                if (key.StartsWith("password", StringComparison.Ordinal))
                    own.Add("username = operator");
                else if (key == "username")
                    own.Add("password = a password");
                break;
        }

        if (key is "tls_cert" or "tls_key")
            (title == "[supervisor:host9]" ? global : own).Add(key == "tls_cert" ? "tls_key = key.pem" : "tls_cert = cert.pem");
        var lines = string.Join('\n', own);
        return ConfigFile.Read(System.Text.Encoding.UTF8.GetBytes($"[global]\n{string.Join('\n', global)}\n{title.Replace("NAME", "x1", StringComparison.Ordinal)}\n{lines}\n{other}"), $"{Folder}/multivisor.conf");
    }

    private static string MeaningOf(MultivisorConfig config) =>
        JsonSerializer.Serialize(new { config.Name, config.Access, Users = config.Access.Users.Select(user => $"{user.Role} {user.Scope}"), config.Supervisors, config.Discoveries }, Options);

    /// <summary>Addresses of networks have members that throw.</summary>
    private static readonly JsonSerializerOptions Options = new() { Converters = { new AsText<System.Net.IPNetwork>() } };

    [GeneratedRegex("\"(?<text>[a-z]+(_[a-z]+)*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    private sealed class AsText<T> : System.Text.Json.Serialization.JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
    }
}

using System.Net;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

/// <summary>Users, tokens and the keys that say who may do what.</summary>
public sealed class AccessConfigTests
{
    [Fact]
    public void Parse_NothingOfIt_IsAsItAlwaysWas()
    {
        var config = Parse("[global]\nname=x\n");
        Assert.False(config.IsSignInOn);
        Assert.Equal((0, 0, false, "", null), (config.Access.Users.Length, config.Access.Tokens.Length, config.Access.ReadOnly, config.Access.BasePath, config.Access.AuditLog));
    }

    [Fact]
    public void Parse_UsersAndTokens_AreRead()
    {
        var (_, stored) = StoredToken.Create();
        var config = Parse($"[global]\n[user: alice ]\npassword=pw\nrole=operator\nscope=web*, db:pg\n[user:bob]\npassword=pw\n[token:ci]\nhash={stored}\nrole=admin\n");
        Assert.True(config.IsSignInOn);
        Assert.DoesNotContain(config.Warnings, w => w.Line > 0);
        Assert.Equal(
            ["alice operator web*,db:pg", "bob viewer *"], config.Access.Users.Select(u => $"{u.Name} {u.Role.ToName()} {u.Scope}"));
        Assert.Equal(("ci", AccessRole.Admin, true), (config.Access.Tokens[0].Name, config.Access.Tokens[0].Role, config.Access.Tokens[0].Scope.IsAll));
    }

    [Fact]
    public void Parse_SettingsOfTheServer_AreReadAndNotServed()
    {
        var config = Parse("""
            [global]
            read_only = yes
            allowed_hosts = Tools.example, b:8080
            base_path = /a/b/
            trusted_proxies = 10.0.0.0/8, ::1
            cors_origins = https://Tools.example/
            audit_log = /var/log/a.log
            session_idle = 12h
            session_limit = 2d
            user_header = X-User
            user_header_role = viewer
            user_header_scope = web
            """);
        var access = config.Access;
        Assert.True(access.ReadOnly);
        Assert.Equal(["tools.example", "b:8080"], access.AllowedHosts);
        Assert.Equal("/a/b", access.BasePath);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("::1/128")], access.TrustedProxies);
        Assert.Equal(["https://tools.example"], access.CorsOrigins);
        Assert.Equal(("/var/log/a.log", TimeSpan.FromHours(12), TimeSpan.FromDays(2)), (access.AuditLog, access.SessionIdle, access.SessionLimit));
        Assert.Equal(("X-User", AccessRole.Viewer, "web"), (access.UserHeader!.Name, access.UserHeader.DefaultRole, access.UserHeader.DefaultScope.Text));
        Assert.Equal(["name"], config.Global.Where(k => !k.IsSecret).Select(k => k.Name));
    }

    [Theory]
    [InlineData("[global]\n[user:a]\n", 2)]
    [InlineData("[global]\n[user:]\npassword=x\n", 2)]
    [InlineData("[global]\n[user:a]\npassword={PBKDF2-SHA512}c4nary\n", 3)]
    [InlineData("[global]\n[user:a]\npassword=x\nrole=root\n", 4)]
    [InlineData("[global]\n[user:a]\npassword=x\nscope=\n", 4)]
    [InlineData("[global]\n[user:a]\npassword=x\nscope=a:b:c:d\n", 4)]
    [InlineData("[global]\n[user:a]\npassword=x\n[user: a]\npassword=x\n", 4)]
    [InlineData("[global]\nusername=a\npassword=x\n[user:a]\npassword=x\n", 4)]
    [InlineData("[global]\n[token:a]\n", 2)]
    [InlineData("[global]\n[token:a]\nhash=c4nary\n", 3)]
    [InlineData("[global]\nread_only=maybe\n", 2)]
    [InlineData("[global]\nallowed_hosts=http://a\n", 2)]
    [InlineData("[global]\nbase_path=multivisor\n", 2)]
    [InlineData("[global]\nbase_path=/a\"b\n", 2)]
    [InlineData("[global]\nbase_path=/../x\n", 2)]
    [InlineData("[global]\ntrusted_proxies=proxy\n", 2)]
    [InlineData("[global]\ncors_origins=*\n", 2)]
    [InlineData("[global]\naudit_log=audit.log\n", 2)]
    [InlineData("[global]\nsession_idle=5\n", 2)]
    [InlineData("[global]\nsession_idle=1s\n", 2)]
    [InlineData("[global]\nsession_limit=99999999999999d\n", 2)]
    [InlineData("[global]\nuser_header=X-User\n", 2)]
    [InlineData("[global]\ntrusted_proxies=::1\nuser_header=X User\n", 3)]
    public void Parse_Mistake_IsSaidWithItsLineAndWithoutSecrets(string text, int line)
    {
        var result = MultivisorConfig.Parse(text, "test.conf");
        Assert.False(result.IsValid);
        Assert.Contains(result.Errors, error => error.Line == line);
        Assert.DoesNotContain("c4nary", string.Join(' ', result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Mask_HashesOfUsersAndTokens_AreHidden()
    {
        var (_, stored) = StoredToken.Create();
        var text = $"[user:a]\npassword = {StoredPassword.Create("x", 1000)}\n[token:b]\nhash = {stored}\nother = {stored}\n";
        Assert.Equal("[user:a]\npassword = ********\n[token:b]\nhash = ********\nother = ********\n", ConfigMask.Apply(text));
    }

    private static MultivisorConfig Parse(string text)
    {
        var result = MultivisorConfig.Parse(text, "test.conf");
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Config;
    }
}

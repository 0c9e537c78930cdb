using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class MultivisorConfigTests
{
    [Fact]
    public void Parse_WholeFile_GivesEverythingInItsOrder()
    {
        var config = Valid("""
            [global]
            name = PE Lab
            username = op
            password = 100%%
            site = north

            [supervisor:lid002]
            url = lid002:9073

            [supervisor: lid001 ]
            """);

        Assert.Equal("PE Lab", config.Name);
        Assert.Equal(new SignInConfig("op", "100%"), config.SignIn);
        Assert.Equal(
            [new GlobalKey("name", "PE Lab", false), new("username", "op", true), new("password", "100%", true), new("site", "north", false)],
            config.Global);
        Assert.Equal(
            [
                new SupervisorConfig("lid002", "lid002:9073", new SupervisorUrl("tcp", "lid002", 9073, "lid002:9073"), 7),
                new SupervisorConfig("lid001", "", new SupervisorUrl("tcp", "lid001", 9002, ""), 10),
            ],
            config.Supervisors);
        Assert.Empty(config.Warnings);
    }

    [Fact]
    public void Parse_EmptyGlobal_HasTheDefaultNameAndNoSignIn()
    {
        var config = Valid("[global]");

        Assert.Equal("multivisor", config.Name);
        Assert.Equal([new GlobalKey("name", "multivisor", false)], config.Global);
        Assert.Null(config.SignIn);
        Assert.Equal("x.conf: there is no supervisor in it; add a [supervisor:NAME] section for each host", Assert.Single(config.Warnings).ToString());
    }

    [Fact]
    public void Parse_Default_ReachesGlobalAndSupervisors()
    {
        var config = Valid("[DEFAULT]\nsite = north\nurl = :9007\n[global]\n[supervisor:a]\n");

        Assert.Contains(new GlobalKey("site", "north", false), config.Global);
        Assert.Equal("tcp://a:9007", Assert.Single(config.Supervisors).Endpoint.ToString());
        Assert.Empty(config.Warnings);
    }

    [Theory]
    [InlineData("username = op\npassword =", "x.conf:2: sign-in is off: [global] has 'username' but no 'password'; add 'password', or remove 'username'")]
    [InlineData("password = pw", "x.conf:2: sign-in is off: [global] has 'password' but no 'username'; add 'username', or remove 'password'")]
    public void Parse_HalfASignIn_IsOffWithAWarningAndStillSecret(string keys, string warning)
    {
        var config = Valid($"[global]\n{keys}\n[supervisor:a]");

        Assert.Null(config.SignIn);
        Assert.Equal(warning, Assert.Single(config.Warnings).ToString());
        Assert.All(config.Global.Where(key => key.Name != "name"), key => Assert.True(key.IsSecret));
    }

    [Theory]
    [InlineData("pasword")]
    [InlineData("passwort")]
    [InlineData("pass_word")]
    [InlineData("db_passwrod")]
    [InlineData("password2")]
    public void Parse_MisspelledPassword_IsSecretAllTheSame(string name)
    {
        var config = Valid($"[global]\n{name} = pw\n");

        Assert.True(config.Global.Single(key => key.Name == name).IsSecret);
        Assert.DoesNotContain("pw", ConfigMask.Apply($"[global]\n{name} = pw\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site")]
    [InlineData("names")]
    [InlineData("contact")]
    [InlineData("password_file")]
    [InlineData("description")]
    public void Parse_OtherKeyOfGlobal_IsServedWithoutAWarning(string name)
    {
        var config = Valid($"[global]\n{name} = x\n[supervisor:a]");

        Assert.False(config.Global.Single(key => key.Name == name).IsSecret);
        Assert.Empty(config.Warnings);
    }

    [Fact]
    public void Parse_ValueBuiltFromAPassword_IsSecretToo()
    {
        var config = Valid("[global]\npassword = pw\ntitle = %(password)s!\nother = x\n");

        Assert.Equal([false, true, true, false], config.Global.Select(key => key.IsSecret));
    }

    [Theory]
    [InlineData("[global]\n[supervisor:a]\nport = 1", "x.conf:3: key 'port' of supervisor 'a' is not known and has no effect; remove it; url, labels, username, password_file and the keys of TLS are used")]
    [InlineData("[global]\n[supervisor:a]\n[Supervisor:b]", "x.conf:3: section [Supervisor:b] is not known and is ignored; write [global], [supervisor:NAME], [discovery:NAME], [user:NAME], [token:NAME] or [oidc], in lower case")]
    [InlineData("[global]\nname = a\n  site = b\n[supervisor:a]", "x.conf:3: this line is indented and therefore part of 'name' in line 2; remove the indentation if it is a key of its own")]
    [InlineData("[global]\nsupervisors = 3\n[supervisor:a]", "x.conf:2: key 'supervisors' in [global] is not served; choose another name")]
    [InlineData("[global]\nreadonly = true\n[supervisor:a]", "x.conf:2: key 'readonly' in [global] is no setting; write 'read_only' if you mean that; else choose a name that is less like it")]
    [InlineData("[global]\naudit-lgo = /x\n[supervisor:a]", "x.conf:2: key 'audit-lgo' in [global] is no setting; write 'audit_log' if you mean that; else choose a name that is less like it")]
    public void Parse_Doubtful_IsAcceptedWithAWarning(string text, string warning) =>
        Assert.Equal(warning, Assert.Single(Valid(text).Warnings).ToString());

    [Theory]
    [InlineData("[supervisor:a]", "x.conf: there is no section [global]; add a line [global]; it may stay empty")]
    [InlineData("", "x.conf: there is no section [global]; add a line [global]; it may stay empty")]
    [InlineData("[global]\nname = 50%", "x.conf:2: value of 'name': a single % is a reference, %(key)s, and this one is not; write %% for a percent sign")]
    [InlineData("[global]\nname = a\n password = b", "x.conf:3: this line is indented and therefore part of 'name' in line 2; remove the indentation")]
    [InlineData("[global]\n[supervisor:]", "x.conf:2: the supervisor has no name; write [supervisor:NAME]")]
    [InlineData("[global]\n[supervisor:a:b]", "x.conf:2: the supervisor's name 'a:b' contains ':', which separates names; choose a name without it")]
    [InlineData("[global]\n[supervisor:a/b]", "x.conf:2: the supervisor's name 'a/b' contains '/', which separates names; choose a name without it")]
    [InlineData("[global]\n[supervisor:a,b]", "x.conf:2: the supervisor's name 'a,b' contains ',', which separates names; choose a name without it")]
    [InlineData("[global]\n[supervisor:a] # [x]", "x.conf:2: the supervisor's name 'a] # [x' contains a bracket; write [supervisor:NAME] and nothing behind it")]
    [InlineData("[global]\n[supervisor:a]\n[supervisor: a]", "x.conf:3: supervisor 'a' is there twice (first in line 2); give one of them another name")]
    [InlineData("[global]\n[supervisor:a]\nurl = h:0", "x.conf:3: url of supervisor 'a': port 0 does not exist; choose one from 1 to 65535")]
    [InlineData("[global]\n[supervisor:a]\nurl = h\n  port=1", "x.conf:3: url of supervisor 'a': the indented line below it is read as part of it; remove the indentation of that line")]
    [InlineData("[DEFAULT]\nurl = h:0\n[global]\n[supervisor:a]", "x.conf:2: url of supervisor 'a': port 0 does not exist; choose one from 1 to 65535")]
    public void Parse_Mistake_IsReportedWithLineAndAdvice(string text, string error)
    {
        var result = MultivisorConfig.Parse(text, "x.conf");

        Assert.False(result.IsValid);
        Assert.False(result.FileMissing);
        Assert.Equal(error, Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Parse_ManyMistakes_AreAllReportedInTheirOrder()
    {
        var result = MultivisorConfig.Parse(
            "[supervisor:a]\nurl = h:0\nurl = x\n[supervisor:a:b]\nalone\n[supervisor:c]\nurl = zmq://c\n", "x.conf");

        Assert.Equal([0, 2, 3, 4, 5, 7], result.Errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("[global]\nusername = op\npassword = c4nary%")]
    [InlineData("[global]\nusername = op\npassword = %(c4nary)s")]
    [InlineData("[global]\npassword c4nary")]
    [InlineData("[global]\nname = a\n  password = c4nary")]
    [InlineData("[global]\npassword = a\npassword = c4nary")]
    [InlineData("[global]\n[supervisor:a]\nurl = op:c4nary@host")]
    [InlineData("[global]\n[supervisor:a]\nurl = http://op:c4nary@host")]
    [InlineData("[global]\n[supervisor:a]\nurl = op c4nary@host")]
    [InlineData("password = c4nary")]
    public void Parse_MistakeNearASecret_DoesNotShowIt(string text) =>
        Assert.All(MultivisorConfig.Parse(text, "x.conf").Errors, error => Assert.DoesNotContain("c4nary", error.ToString()));

    [Fact]
    public void ToString_ConfigWithPassword_DoesNotShowIt()
    {
        var config = Valid("[global]\nusername = op\npassword = c4nary\n[supervisor:a]\npassword = c4nary");

        Assert.DoesNotContain("c4nary", string.Join(' ', config.Warnings) + config + config.SignIn + string.Join(' ', config.Global));
    }

    private static MultivisorConfig Valid(string text)
    {
        var result = MultivisorConfig.Parse(text, "x.conf");
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}

using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>From a parsed file to a configuration. Goes on after every error.</summary>
internal sealed class ConfigReader
{
    private const string GlobalSection = "global";
    private const string NameKey = "name";
    private const string UserNameKey = "username";
    private const string PasswordKey = "password";

    /// <summary>Taken by the list of supervisors beside which the keys of [global] are served.</summary>
    private const string ReservedKey = "supervisors";

    private readonly string _file;
    private readonly IniDocument _document;
    private readonly List<ConfigError> _errors;
    private readonly List<ConfigWarning> _warnings = [];

    private ConfigReader(string text, string file)
    {
        _file = file;
        _document = IniParser.Parse(text, file);
        _errors = [.. _document.Errors];
    }

    public static ConfigResult Read(string text, string file) => new ConfigReader(text, file).Read();

    private ConfigResult Read()
    {
        var global = ReadGlobal();
        var supervisors = ReadSupervisors();
        var discoveries = new DiscoveryReader(_document, _file, (section, key) => Expand(section, key)?.Text, Error, Warn).Read();
        var signIn = ReadSignIn(global);
        var access = new AccessReader(new AccessSections(_document, ConfigInclude.FolderOf(_file), (section, key) => Expand(section, key)?.Text, Error, Warn)).Read(GlobalSection, signIn);
        WarnAboutUnknownSections();
        if (supervisors.Length == 0 && discoveries.Length == 0)
            Warn(0, "there is no supervisor in it", "add a [supervisor:NAME] section for each host");

        return _errors.Count > 0 ? ConfigResult.Invalid(_errors) : ConfigResult.Valid(new MultivisorConfig
        {
            Name = global.First(key => key.Name == NameKey).Value,
            Global = global,
            SignIn = signIn,
            Access = access,
            Supervisors = supervisors,
            Discoveries = discoveries,
            Warnings = [.. _warnings.OrderBy(warning => warning.Line)],
        });
    }

    private ImmutableArray<GlobalKey> ReadGlobal()
    {
        var keys = ImmutableArray.CreateBuilder<GlobalKey>();
        var section = _document.Find(GlobalSection);
        if (section is null)
        {
            Error(0, "there is no section [global]", "add a line [global]; it may stay empty");
            return [];
        }

        if (_document.Find(section, NameKey) is null)
            keys.Add(new GlobalKey(NameKey, MultivisorConfig.DefaultName, IsSecret: false));
        foreach (var key in _document.KeysOf(section))
        {
            CheckIndentation(key);
            CheckSpelling(key);
            var value = Expand(section, key);
            if (key.Name == ReservedKey)
                Warn(key.Line, $"key '{key.Name}' in [global] is not served", "choose another name");
            else if (value is not null)
                keys.Add(new GlobalKey(key.Name, value.Text, value.References.Append(key.Name).Any(IsSecret) || IsSetting(key.Name)));
        }

        return keys.DrainToImmutable();
    }

    /// <summary>Of the server itself or of its links; nobody else has a use for it.</summary>
    private static bool IsSetting(string name) => name != NameKey && ConfigKeys.Global.Contains(name);

    private static bool IsSecret(string name) => name is UserNameKey or PasswordKey || SecretNames.Contains(name);

    private SignInConfig? ReadSignIn(ImmutableArray<GlobalKey> global)
    {
        var userName = ValueOf(UserNameKey);
        var password = ValueOf(PasswordKey);
        if (userName.Length > 0 && password.Length > 0)
            return new SignInConfig(userName, password);

        if (userName.Length > 0 || password.Length > 0)
        {
            var (there, missing) = userName.Length > 0 ? (UserNameKey, PasswordKey) : (PasswordKey, UserNameKey);
            var line = _document.Find(_document.Find(GlobalSection)!, there)!.Line;
            Warn(line, $"sign-in is off: [global] has '{there}' but no '{missing}'", $"add '{missing}', or remove '{there}'");
        }

        return null;

        string ValueOf(string name) => global.FirstOrDefault(key => key.Name == name)?.Value ?? "";
    }

    private ImmutableArray<SupervisorConfig> ReadSupervisors()
    {
        var main = new ConfigSource(_document, _file);
        var supervisors = new SupervisorSectionReader(main, _errors, _warnings);
        supervisors.Read(main);
        foreach (var included in ReadIncluded())
            supervisors.Read(included);
        return supervisors.Found;
    }

    private List<ConfigSource> ReadIncluded()
    {
        if (_document.Find(GlobalSection) is not { } global || global.Find(ConfigInclude.Key) is not { } key || Expand(global, key) is not { } value)
            return [];
        var included = new ConfigInclude(_file, key.Line, value.Text);
        var sources = included.Read();
        _errors.AddRange(included.Errors);
        _warnings.AddRange(included.Warnings);
        return sources;
    }

    private void WarnAboutUnknownSections()
    {
        foreach (var section in _document.Sections.Where(section => section.Name != GlobalSection && !SupervisorSectionReader.IsSupervisor(section) && !DiscoveryReader.IsDiscovery(section) && !AccessReader.IsAccessSection(section)))
            Warn(section.Line, $"section [{section.Name}] is not known and is ignored", "write [global], [supervisor:NAME], [discovery:NAME], [user:NAME], [token:NAME] or [oidc], in lower case");
    }

    /// <summary>An indented key is no key. When it is the password, sign-in would be off and the password part of what is served.</summary>
    private void CheckIndentation(IniKey key)
    {
        foreach (var line in key.Continuations)
        {
            if (SecretNames.Contains(key.Name) || !IniScanner.TryReadKey(line.Text, out var name, out _))
                continue;
            var problem = $"this line is indented and therefore part of '{key.Name}' in line {key.Line}";
            if (IsSecret(name))
                Error(line.Number, problem, "remove the indentation");
            else
                Warn(line.Number, problem, "remove the indentation if it is a key of its own");
        }
    }

    /// <summary>Any key may stand in [global], so a misspelled setting would be silence: <c>readonly = true</c> refuses nothing.</summary>
    private void CheckSpelling(IniKey key)
    {
        if (Spelling.Meant(key.Name, ConfigKeys.Global.Names) is { } meant)
            Warn(key.Line, $"key '{key.Name}' in [global] is no setting", $"write '{meant}' if you mean that; else choose a name that is less like it");
    }

    private IniValue? Expand(IniSection section, IniKey key)
    {
        var value = IniInterpolation.Expand(_document, section, key);
        if (value.Problem is null)
            return value;
        Error(key.Line, $"value of '{key.Name}': {value.Problem.What}", value.Problem.Advice);
        return null;
    }

    private void Error(int line, string problem, string advice)
    {
        // A key of [DEFAULT] is seen once for every section.
        var error = new ConfigError(_file, line, problem, advice);
        if (!_errors.Contains(error))
            _errors.Add(error);
    }

    private void Warn(int line, string problem, string advice) => _warnings.Add(new ConfigWarning(_file, line, problem, advice));
}

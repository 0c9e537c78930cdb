using Multivisor.Fleet.Configuration;
using Multivisor.Server.Access;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Admin;

/// <summary>The configuration in force.</summary>
internal sealed class ConfigStore(string path, MultivisorConfig config, ListenAddress listen)
{
    private ConfigVersion _current = new(config);

    public string Path { get; } = path;

    public ListenAddress Listen { get; } = listen;

    public ConfigVersion Current => Volatile.Read(ref _current);

    public void Replace(MultivisorConfig config) => Volatile.Write(ref _current, new ConfigVersion(config));
}

/// <summary>One configuration; a reload makes a new object even when nothing changed.</summary>
internal sealed class ConfigVersion(MultivisorConfig config)
{
    public MultivisorConfig Config { get; } = config;

    public AccessTable Access { get; } = new(config);
}

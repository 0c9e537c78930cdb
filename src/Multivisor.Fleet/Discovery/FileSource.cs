using System.Collections.Immutable;
using System.Security.Cryptography;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>A list in a file. It is looked at, not watched: network file systems notify nobody.</summary>
internal sealed class FileSource(DiscoveryConfig discovery) : IHostSource
{
    private readonly string _path = discovery.File ?? throw new ArgumentException("no file", nameof(discovery));
    private (DateTime Written, long Length) _stamp;
    private byte[] _hash = [];

    public async Task<ImmutableArray<SupervisorConfig>?> LookAsync(CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            var file = new FileInfo(_path);
            if (!file.Exists)
                throw new DiscoveryException($"{_path}: there is no such file; what was in it last still holds");
            var stamp = (file.LastWriteTimeUtc, file.Length);
            // A file that was written within the same tick of the clock looks the same; so its young days do not count.
            if (stamp == _stamp && DateTime.UtcNow - stamp.LastWriteTimeUtc > TimeSpan.FromSeconds(5))
                return null;
            if (file.Length > HostList.MaxLength)
                throw new DiscoveryException($"{_path}: it is larger than {HostList.MaxLength} octets; what was in it last still holds");
            content = await File.ReadAllBytesAsync(_path, cancellationToken);
            _stamp = stamp;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiscoveryException($"{_path}: it cannot be read ({e.Message.TrimEnd('.')}); what was in it last still holds", e);
        }

        var hash = SHA256.HashData(content);
        if (hash.AsSpan().SequenceEqual(_hash))
            return null;
        var (found, problem) = HostList.Read(content, discovery);
        if (problem is not null)
            throw new DiscoveryException($"{_path}: {problem}; what was in it last still holds");
        _hash = hash;
        return found;
    }
}

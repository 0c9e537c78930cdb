using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Multivisor.Server.Audit;

/// <summary>Where a chain of entries stands: the number and the hash of its last entry.</summary>
internal sealed record AuditHead(long Number, string Hash)
{
    public static AuditHead Start { get; } = new(0, new string('0', AuditChain.HashLength));
}

/// <summary>
/// How entries hang together: each line ends with the SHA-256 of everything before it, and names the hash of the line before.
/// Whoever changes, removes or inserts a line must make every line after it anew.
/// </summary>
internal static class AuditChain
{
    public const int HashLength = 64;

    private static ReadOnlySpan<byte> HashKey => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    public static (byte[] Line, AuditHead Head) Add(AuditHead head, AuditEntry entry, DateTimeOffset time)
    {
        var json = entry.ToJson(head.Number + 1, time, head.Hash);
        var hash = Convert.ToHexStringLower(SHA256.HashData(json));
        return ([.. json, .. HashKey, .. Encoding.ASCII.GetBytes(hash), .. End, (byte)'\n'], new AuditHead(head.Number + 1, hash));
    }

    /// <summary>Reads one line that follows on a head; a null head takes any.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Check(ReadOnlySpan<byte> line, AuditHead? head, out AuditHead next)
    {
        next = AuditHead.Start;
        var tail = HashKey.Length + HashLength + End.Length;
        if (line.Length <= tail || !line.EndsWith(End) || !line[^tail..].StartsWith(HashKey))
            return "it is incomplete";
        var hash = Encoding.ASCII.GetString(line[^(HashLength + End.Length)..^End.Length]);
        if (Convert.ToHexStringLower(SHA256.HashData(line[..^tail])) != hash)
            return "it was changed";
        try
        {
            var reader = new Utf8JsonReader(line);
            using var json = JsonDocument.ParseValue(ref reader);
            if (!json.RootElement.TryGetProperty("n", out var n) || !n.TryGetInt64(out var number)
                || !json.RootElement.TryGetProperty("prev", out var prev) || prev.GetString() is not { } previous)
            {
                return "it is no entry";
            }

            next = new AuditHead(number, hash);
            return head is null || (number == head.Number + 1 && previous == head.Hash) ? null : "it does not follow on the entry before it";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "it is no entry";
        }
    }
}

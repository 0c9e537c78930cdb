using System.Diagnostics.CodeAnalysis;
using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Oidc;

/// <summary>The secret that this server shares with the OpenID provider, from where the configuration says that it is.</summary>
internal static class OidcSecret
{
    private const int MaxLength = 4096;

    /// <param name="secret">Null for a public client, which has none.</param>
    public static bool TryRead(OidcConfig? oidc, out string? secret, [NotNullWhen(false)] out string? problem)
    {
        (secret, problem) = (oidc?.ClientSecret, null);
        if (oidc?.ClientSecretVariable is { } variable)
        {
            secret = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrEmpty(secret))
                problem = $"client_secret_env of [oidc]: the server has no environment variable {variable}";
        }
        else if (oidc?.ClientSecretFile is { } path)
        {
            problem = ReadFile(path, out secret);
        }

        return problem is null;
    }

    private static string? ReadFile(string path, out string? secret)
    {
        secret = null;
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            var buffer = new char[MaxLength + 1];
            secret = new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
            return secret.Length is > 0 and <= MaxLength ? null : $"client_secret_file of [oidc]: {path} holds no secret of at most {MaxLength} characters";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"client_secret_file of [oidc]: {path} cannot be read: {e.Message}";
        }
    }
}

using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Multivisor.Agent.Tls;

/// <summary>
/// <c>--init-tls DIR</c>: writes what protected links need into a folder, and tells what goes where. Run again with another name it makes the
/// certificate of one more agent. It never overwrites a file.
/// </summary>
internal static class InitTls
{
    private const string CaFile = "ca.pem";
    private const string CaKeyFile = "ca.key";
    private const string ServerFile = "server.pem";
    private const string ServerKeyFile = "server.key";
    private const string TokenFile = "token";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="folder">Made if it is not there.</param>
    /// <param name="names">Text of <c>--tls-name</c>; null for those of this machine.</param>
    /// <param name="problem">What is wrong and what to do, when there is no result.</param>
    /// <returns>What to tell the operator.</returns>
    public static string? TryRun(string folder, string? names, TimeProvider time, out string problem)
    {
        if (OperatingSystem.IsWindows())
        {
            problem = "--init-tls is for hosts of supervisord; run it on one of them.";
            return null;
        }

        var list = names is null ? TlsSetup.OwnNames() : names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        problem = Check(list);
        if (problem.Length > 0)
            return null;
        folder = Path.GetFullPath(folder);
        var agent = FileName(list[0]);
        try
        {
            if (CheckFolder(folder, agent, out var again) is { } wrong)
            {
                problem = wrong;
                return null;
            }

            Create(folder, agent, list, again, new TlsSetup(time));
            return Instructions(folder, agent, list, again);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"--init-tls {folder}: {e.Message}";
            return null;
        }
    }

    private static string Check(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return "--tls-name names no host: write for example --tls-name host1,10.0.0.5.";
        return names.FirstOrDefault(name => !IPAddress.TryParse(name, out _) && Uri.CheckHostName(name) != UriHostNameType.Dns) is { } odd
            ? $"--tls-name {odd} is neither the name nor the address of a host."
            : "";
    }

    /// <summary>Colons of IPv6 addresses are awkward in file names.</summary>
    private static string FileName(string name) => "agent-" + name.Replace(':', '-');

    private static string? CheckFolder(string folder, string agent, out bool again)
    {
        string[] common = [CaFile, CaKeyFile, ServerFile, ServerKeyFile, TokenFile];
        var there = common.Where(file => Path.Exists(Path.Combine(folder, file))).ToList();
        again = there.Count == common.Length;
        if (!again && there.Count > 0)
            return $"{folder} has {string.Join(", ", there)} and lacks the rest; nothing is overwritten: choose an empty folder.";
        var taken = new[] { agent + ".pem", agent + ".key" }.FirstOrDefault(file => Path.Exists(Path.Combine(folder, file)));
        return taken is null ? null : $"{Path.Combine(folder, taken)} is there already and is not overwritten; choose another --tls-name or another folder.";
    }

    [UnsupportedOSPlatform("windows")]
    private static void Create(string folder, string agent, IReadOnlyList<string> names, bool again, TlsSetup setup)
    {
        Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
        using var ca = again ? X509Certificate2.CreateFromPemFile(Path.Combine(folder, CaFile), Path.Combine(folder, CaKeyFile)) : setup.CreateCa();
        if (!again)
        {
            var (certificate, key) = setup.CreateServer(ca);
            Write(folder, CaFile, ca.ExportCertificatePem() + "\n");
            using (var caKey = ca.GetECDsaPrivateKey())
                Write(folder, CaKeyFile, caKey!.ExportPkcs8PrivateKeyPem() + "\n");
            Write(folder, ServerFile, certificate);
            Write(folder, ServerKeyFile, key);
            Write(folder, TokenFile, TlsSetup.CreateToken() + "\n");
        }

        var (agentCertificate, agentKey) = setup.CreateAgent(ca, names);
        Write(folder, agent + ".pem", agentCertificate);
        Write(folder, agent + ".key", agentKey);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Write(string folder, string name, string text)
    {
        using var file = new FileStream(
            Path.Combine(folder, name),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile });
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Instructions(string folder, string agent, IReadOnlyList<string> names, bool again)
    {
        var host = IPAddress.TryParse(names[0], out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{names[0]}]" : names[0];
        var server = again
            ? "The files of the server are as they were."
            : $"""
                To the machine of the server, for example into /etc/multivisor, readable for its user only:
                    {CaFile} {ServerFile} {ServerKeyFile} {TokenFile}
                and into its multivisor.conf:
                    [global]
                    tls_ca = /etc/multivisor/{CaFile}
                    tls_cert = /etc/multivisor/{ServerFile}
                    tls_key = /etc/multivisor/{ServerKeyFile}
                    token_file = /etc/multivisor/{TokenFile}
                """;
        return $"""
            Written to {folder}, each file for its owner only.

            To the machine of the agent ({string.Join(", ", names)}), for example into /etc/multivisor, readable for its user only:
                {agent}.pem {agent}.key {CaFile} {TokenFile}
            and into the [eventlistener:multivisor-rpc] section of its supervisord:
                command=multivisor-rpc --bind 0:{BindAddress.DefaultPort} --tls-cert /etc/multivisor/{agent}.pem --tls-key /etc/multivisor/{agent}.key --tls-client-ca /etc/multivisor/{CaFile} --token-file /etc/multivisor/{TokenFile}

            {server}
            and for this agent:
                [supervisor:{names[0].Replace(':', '-')}]
                url = tls://{host}:{BindAddress.DefaultPort}

            {CaKeyFile} makes certificates that all of them trust: keep it where neither of them is. For one more agent:
                multivisor-rpc --init-tls {folder} --tls-name NAME[,ADDRESS…]

            """;
    }
}

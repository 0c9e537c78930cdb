using System.Text;

namespace Multivisor.Testing;

/// <summary>Writes the configuration of a <see cref="SupervisordInstance"/>.</summary>
internal static class SupervisordConfigFile
{
    public static void Write(string path, SupervisordOptions options, string sections, string folder, int inetPort, int agentPort)
    {
        var text = new StringBuilder();
        // childlogdir: where programs without a log setting keep theirs, so that they go with the folder.
        text.AppendLine($"[supervisord]\nidentifier={options.Identifier}\nlogfile={folder}/supervisord.log\npidfile={folder}/supervisord.pid");
        text.AppendLine($"childlogdir={folder}\nnodaemon={(options.Daemon ? "false" : "true")}");
        if (Environment.UserName == "root")
            text.AppendLine("user=root"); // as root, supervisord warns unless told that it is meant
        text.AppendLine("[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface");
        if (options.UnixSocket)
            text.AppendLine($"[unix_http_server]\nfile={folder}/s.sock\n{Credentials(options)}");
        if (options.Inet)
            text.AppendLine($"[inet_http_server]\nport=127.0.0.1:{inetPort}\n{Credentials(options)}");
        if (options.Agent is { } agent)
        {
            text.AppendLine($"[eventlistener:multivisor-rpc]\ncommand={agent.Program} --bind 127.0.0.1:{agentPort} {agent.Arguments}");
            text.AppendLine($"events={agent.Events}\nstderr_logfile={folder}/agent.log");
            if (options.Password is not null)
                text.AppendLine($"environment=SUPERVISOR_USERNAME=\"{options.UserName}\",SUPERVISOR_PASSWORD=\"{options.Password}\"");
            text.AppendLine(agent.Settings);
        }

        if (options.PlugIn is { } plugIn)
        {
            text.AppendLine("[rpcinterface:multivisor]\nsupervisor.rpcinterface_factory=multivisor.rpc:make_rpc_interface");
            text.AppendLine($"bind={plugIn.Bind ?? $"127.0.0.1:{agentPort}"}\n{plugIn.Settings.Replace("{dir}", folder, StringComparison.Ordinal)}");
        }

        text.AppendLine(sections.Replace("{dir}", folder, StringComparison.Ordinal));
        File.WriteAllText(path, text.ToString());
    }

    private static string Credentials(SupervisordOptions options) =>
        options.Password is null ? "" : $"username={options.UserName}\npassword={options.Password}";
}

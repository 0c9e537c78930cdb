using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Multivisor.ScalingSpike;

/// <summary>One server of several that share a site.</summary>
internal static class SiloProgram
{
    public const string Site = "multivisor";

    public static async Task<int> RunAsync(int port, int gateway, int primary, string configFile)
    {
        var read = MultivisorConfig.Load(configFile);
        if (!read.IsValid)
            return 2;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new SiloSettings(port, read.Config));
        builder.UseOrleans(silo =>
        {
            // The list of members is in the first silo: enough for an experiment that kills another. A site needs a table that outlives any of them.
            silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary), Site, Site);
            silo.Configure<ClusterMembershipOptions>(Tune);
        });
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>The defaults find out after ten seconds and more; a site wants to be seen again before anybody has noticed.</summary>
    private static void Tune(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }
}

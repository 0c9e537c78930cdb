using System.Globalization;
using Multivisor.ScalingSpike;

// A silo is this program once more: silo PORT GATEWAY PRIMARY-PORT CONFIGURATION
return args is ["silo", var port, var gateway, var primary, var config]
    ? await SiloProgram.RunAsync(Number(port), Number(gateway), Number(primary), config)
    : await Experiment.RunAsync(supervisors: args is [var count] ? Number(count) : 100);

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

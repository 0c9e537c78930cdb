using Multivisor.Server.Startup;

return await CommandLine.RunAsync(args);

using Multivisor.Cli.CommandLine;

return await CliProgram.RunAsync(args);

using Multivisor.Agent;

return await AgentCommandLine.RunAsync(args);

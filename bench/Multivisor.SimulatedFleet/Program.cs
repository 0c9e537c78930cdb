using Multivisor.SimulatedFleet;

return await FleetCommandLine.RunAsync(args);

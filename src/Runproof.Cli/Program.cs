using Runproof.Cli;

return await CommandLine.RunAsync(args);

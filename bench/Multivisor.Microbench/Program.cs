using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Multivisor.Microbench;

// In this process: nothing is built, and the whole of it takes two minutes.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(80))
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(args is [var folder] ? folder : "artifacts/microbench");
var summary = BenchmarkRunner.Run<OperationBenchmarks>(config);
return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;

using Multivisor.Cli.Output;
using Multivisor.Contract;
using Terminal.Gui.Views;

namespace Multivisor.Cli.Top;

/// <summary>Processes as a table reads them: cells are made when they are drawn, so that only rows in sight cost anything.</summary>
/// <param name="now">The clock of a process's host.</param>
internal sealed class ProcessTable(IReadOnlyList<ProcessJson> processes, IReadOnlySet<string> marked, Func<ProcessJson, long> now) : ITableSource
{
    public const int MarkColumn = 0;
    public const int StateColumn = 2;

    public string[] ColumnNames { get; } = ["", "process", "state", "description"];

    public int Columns => ColumnNames.Length;

    public int Rows => processes.Count;

    public ProcessJson this[int row] => processes[row];

    public object this[int row, int column]
    {
        get
        {
            var process = processes[row];
            return column switch
            {
                MarkColumn => marked.Contains(process.Uid) ? "*" : " ",
                1 => SafeText.Line(process.Uid),
                StateColumn => process.Stale ? $"{process.StateName}?" : process.StateName,
                _ => SafeText.Line(ProcessListing.Describe(process, now(process))),
            };
        }
    }
}

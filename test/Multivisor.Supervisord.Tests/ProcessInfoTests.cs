using System.Reflection;

namespace Multivisor.Supervisord.Tests;

public sealed class ProcessInfoTests
{
    private static readonly ProcessInfo Process = new() { Name = "p", Group = "g", State = ProcessState.Running, StateName = "RUNNING", Now = 100, Description = "pid 1" };

    public static TheoryData<string> Members =>
        [.. typeof(ProcessInfo).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name)];

    /// <summary>Every member there is, so that none that comes later is forgotten.</summary>
    [Theory]
    [MemberData(nameof(Members))]
    public void IsSameState_AnotherValueOfOneMember_IsAnotherStateUnlessItPassesByItself(string name)
    {
        var member = typeof(ProcessInfo).GetProperty(name)!;
        var other = Process with { };
        Assert.True(Process.IsSameState(other));

        member.SetValue(other, member.GetValue(other) switch
        {
            string text => text + "x",
            long number => number + 1,
            ProcessState => ProcessState.Fatal,
            var value => throw new InvalidOperationException($"What else can {name} be than {value}?"),
        });

        Assert.NotEqual(Process, other);
        Assert.Equal(name is nameof(ProcessInfo.Now) or nameof(ProcessInfo.Description), Process.IsSameState(other));
    }
}

using Microsoft.Extensions.Time.Testing;
using Multivisor.Agent.Wake;

namespace Multivisor.Agent.Tests.Wake;

public sealed class StartDuesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StartDues _dues;

    public StartDuesTests() => _dues = new StartDues(_time);

    [Fact]
    public void NoteStart_StartSecondsKnown_IsDueOnceAfterThem()
    {
        Learn(("g:web", 3));
        _dues.NoteStart("g:web", Now);
        Assert.False(_dues.WantsStartSeconds);
        Assert.InRange(MillisecondsUntilDue(), 3000.5, 3010);
        Assert.Equal(0, _dues.NoteWake());
        _time.Advance(TimeSpan.FromMilliseconds(3010));
        Assert.Equal(1, _dues.NoteWake());
        Assert.Null(_dues.Due());
        Assert.Equal(0, _dues.NoteWake());
        _dues.NoteStartEnded("g:web", Now, isRunning: true);
        Assert.False(_dues.WantsStartSeconds);
    }

    [Fact]
    public void NoteStart_StartSecondsLearntLater_IsDueByTheTimeOfItsStart()
    {
        _dues.NoteStart("g:web", Now);
        Assert.True(_dues.WantsStartSeconds);
        Assert.Null(_dues.Due());
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Learn(("g:web", 1), ("g:other", 1));
        Assert.False(_dues.WantsStartSeconds);
        Assert.InRange(MillisecondsUntilDue(), 600.5, 610);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NoteStartEnded_BeforeItWasDue_IsForgotten(bool isRunning)
    {
        Learn(("g:web", 1), ("g:slow", 10));
        _dues.NoteStart("g:web", Now);
        _dues.NoteStart("g:slow", Now);
        _dues.NoteStartEnded("g:web", Now, isRunning);
        Assert.InRange(MillisecondsUntilDue(), 10_000, 10_010);
        Assert.Equal(isRunning, _dues.WantsStartSeconds);
    }

    [Theory]
    [InlineData(1500, true)]
    [InlineData(2900, false)]
    [InlineData(3100, false)]
    [InlineData(4000, true)]
    public void NoteStartEnded_RunningAtAnotherTimeThanDue_WantsToLearnAgain(int after, bool isWrong)
    {
        Learn(("g:web", 3));
        _dues.NoteStart("g:web", Now);
        _time.Advance(TimeSpan.FromMilliseconds(after));
        _dues.NoteStartEnded("g:web", Now, isRunning: true);
        Assert.Equal(isWrong, _dues.WantsStartSeconds);
    }

    [Fact]
    public void NoteStart_WithoutStartSeconds_IsNeverDue()
    {
        _dues.NoteStart("g:web", Now);
        Learn(("g:web", 0));
        _dues.NoteStart("g:web", Now);
        Assert.False(_dues.WantsStartSeconds);
        Assert.Null(_dues.Due());
    }

    [Fact]
    public void Forget_NextStart_WantsToLearn()
    {
        Learn(("g:web", 3));
        _dues.Forget();
        _dues.NoteStart("g:web", Now);
        Assert.True(_dues.WantsStartSeconds);
    }

    private long Now => _time.GetTimestamp();

    private void Learn(params (string Process, int Seconds)[] known) =>
        _dues.Learn(known.ToDictionary(k => k.Process, k => TimeSpan.FromSeconds(k.Seconds), StringComparer.Ordinal));

    private double MillisecondsUntilDue() => _time.GetElapsedTime(Now, _dues.Due()!.Value).TotalMilliseconds;
}

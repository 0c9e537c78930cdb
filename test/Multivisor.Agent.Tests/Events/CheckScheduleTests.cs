using Microsoft.Extensions.Time.Testing;
using Multivisor.Agent.Events;

namespace Multivisor.Agent.Tests.Events;

public sealed class CheckScheduleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Remaining_NothingHappens_IsThePeriod()
    {
        var schedule = new CheckSchedule(_time);
        Assert.Equal(TimeSpan.Zero, schedule.Remaining);
        schedule.Done(TimeSpan.FromMilliseconds(10));
        Assert.Equal(TimeSpan.FromSeconds(3.5), schedule.Remaining);
        Assert.False(schedule.IsUrgent);
        schedule.Done(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(5), schedule.Remaining);
    }

    [Fact]
    public void NoteLoss_EventsKeepComing_IsDueWhenTheyPauseAndAfter400MillisecondsAtTheLatest()
    {
        var schedule = new CheckSchedule(_time);
        schedule.Done(TimeSpan.Zero);
        schedule.NoteEvent();
        Assert.Equal(TimeSpan.FromSeconds(3.5), schedule.Remaining);
        schedule.NoteLoss();
        Assert.True(schedule.IsUrgent);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(100, schedule.Remaining.TotalMilliseconds, 0.01);
            _time.Advance(TimeSpan.FromMilliseconds(90));
            schedule.NoteLoss();
        }

        Assert.Equal(40, schedule.Remaining.TotalMilliseconds, 0.01);
        _time.Advance(TimeSpan.FromMilliseconds(40));
        schedule.NoteEvent();
        Assert.Equal(TimeSpan.Zero, schedule.Remaining);
    }

    [Fact]
    public void SecondLook_DifferenceWithoutLoss_IsUrgentSoon()
    {
        var schedule = new CheckSchedule(_time);
        schedule.Done(TimeSpan.Zero);
        schedule.SecondLook();
        schedule.Tick();
        Assert.Equal(TimeSpan.FromMilliseconds(250), schedule.Remaining);
        Assert.True(schedule.IsUrgent);
    }

    [Fact]
    public void Failed_Urgent_StaysSoAndIsTriedAgain()
    {
        var schedule = new CheckSchedule(_time);
        schedule.Now();
        schedule.Failed();
        Assert.True(schedule.IsUrgent);
        Assert.Equal(TimeSpan.FromSeconds(1), schedule.Remaining);
    }
}

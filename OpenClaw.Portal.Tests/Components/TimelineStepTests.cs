using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Pages.Conversations;

namespace OpenClaw.Portal.Tests.Components;

public sealed class TimelineStepTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ReplayedMessage_TellsItsStoryInOrderOfTime()
    {
        var letter = Guid.CreateVersion7(Start);
        var trace = new MessageTrace
        {
            Id = Guid.CreateVersion7(Start), ExternalId = null, SessionId = Guid.CreateVersion7(Start), Seq = 1, From = "user", Text = "Hello", Attachments = [], Buttons = [], Button = null, Card = null,
            InReplyTo = null, At = Start, State = "answered", Author = null, Route = null, Replies = [],
            Stages =
            [
                new(Stages.Received, Start, null, null, null), new(Stages.Routed, Start.AddMinutes(5), null, null, null), new(Stages.Dispatched, Start.AddMinutes(5), 1, null, null),
                new(Stages.Answered, Start.AddMinutes(6), null, null, null),
            ],
            Failures =
            [
                new(1, 0, null, null, Start.AddSeconds(1), Start.AddSeconds(2), "transient", DeadLetterCauses.AgentError, "Status 500.", null),
                new(2, 0, null, null, Start.AddSeconds(4), Start.AddSeconds(5), "transient", DeadLetterCauses.AgentError, "Status 500.", null),
            ],
            Letters = [new(letter, DeadLetterCauses.AgentError, DeadLetterStates.Replayed, Start.AddSeconds(5), Start.AddMinutes(6), "Ann", Changed: true, Agent: null)],
        };

        var steps = TimelineStep.Of(trace, s => s, _ => null, _ => null);

        Assert.Equal([Stages.Received, "Attempt 1 failed", "Attempt 2 failed", "Became a dead letter", "Replayed by Ann, with changed text", Stages.Routed, Stages.Dispatched, Stages.Answered], steps.Select(s => s.What));
        Assert.Equal(letter, Assert.Single(steps, s => s.Letter is not null).Letter);
        Assert.DoesNotContain(steps, s => s.IsOpen);
    }
}

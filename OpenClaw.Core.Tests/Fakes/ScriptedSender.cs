using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A platform that does what the test says, and remembers all that reached it. Its channels are of the kind <c>scripted</c>.</summary>
internal sealed class ScriptedSender : IChannelSender
{
    public const string Name = "scripted";

    public string Kind => Name;

    public int MaxConcurrency { get; init; } = 16;

    public bool Ready { get; set; } = true;

    /// <summary>What the platform does with a part; by default it takes it and gives the text as a receipt.</summary>
    public Func<OutgoingPart, CancellationToken, ValueTask<SendOutcome>> Answer { get; set; } = (part, _) => new(SendOutcome.Sent("r-" + part.Text));

    public Func<OutgoingPart, SettleOutcome> Settle { get; set; } = _ => SettleOutcome.CannotKnow;

    public Func<OutgoingPart, TimeSpan?> Bucket { get; set; } = _ => null;

    /// <summary>Every call, in order.</summary>
    public ConcurrentQueue<OutgoingPart> Calls { get; } = new();

    /// <summary>What the platform has, in order.</summary>
    public ConcurrentQueue<OutgoingPart> Taken { get; } = new();

    public bool IsReady(ChannelModel channel) => Ready;

    public TimeSpan? Budget(ChannelModel channel, OutgoingPart part) => Bucket(part);

    /// <summary>A part per line.</summary>
    public IReadOnlyList<OutgoingPart> Split(ChannelModel channel, OutgoingReply reply)
    {
        var lines = reply.Text.ToString().Split('\n');
        return [.. lines.Select((line, i) => new OutgoingPart(reply, i, lines.Length, Utf8Text.From(line)))];
    }

    public async ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        Calls.Enqueue(part);
        var outcome = await Answer(part, cancellationToken);
        if (outcome.Failure is null) Taken.Enqueue(part);
        return outcome;
    }

    public ValueTask<SettleOutcome> SettleAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken) => new(Settle(part));

    public static SendOutcome Down(string risk = DeadLetterRisks.NeverSent, FailureKind kind = FailureKind.Transient, TimeSpan? retryAfter = null) =>
        SendOutcome.Failed(kind, DeadLetterCauses.ChannelUnavailable, "The platform is down.", risk, retryAfter);
}

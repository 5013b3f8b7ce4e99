using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>Writes down what comes of replies, and tells it. All of it returns when it is durable.</summary>
internal sealed partial class DeliveryBook(Journal journal, IEventBus events, LiveFigures figures, TimeProvider time, ILogger<DeliveryBook> log)
{
    private const string CutOff = "The gateway stopped during this attempt: nobody knows whether the platform has the reply.";
    private const int MaxError = 2_048;

    /// <summary>The replay of a dead letter is over, durably: that letter, the replay of many that it belongs to, and the letter that it ended in. Handlers must be quick.</summary>
    public event Action<Guid, Guid?, DeadLetter?>? ReplayOver;

    /// <summary>An attempt begins with that part. False when the database takes no writes: then nothing may be sent.</summary>
    public async Task<bool> StartAsync(LaneItem item, Guid channel, int part, bool isNew)
    {
        var before = (item.Attempts, item.StartedAt, item.FirstAt, item.NextAt, item.WasCutOff, Part: item.Parts[part]);
        var now = time.GetUtcNow();
        var cutOff = item.WasCutOff ? AttemptOf(item, now, FailureKind.Transient, DeadLetterCauses.Internal, CutOff) : null;
        if (cutOff is not null) (cutOff.EndedAt, cutOff.NextAt) = (null, now);
        if (isNew)
        {
            item.Attempts++;
            item.StartedAt = now;
            item.FirstAt ??= now;
        }

        (item.NextAt, item.WasCutOff) = (null, false);
        item.Parts[part] = new(part, PartState.Started, At: now);
        if (await WriteAsync(new(item, item.ToRow(channel, DeliveryStates.Started), mustBeWritten: false) { Attempt = cutOff })) return true;
        (item.Attempts, item.StartedAt, item.FirstAt, item.NextAt, item.WasCutOff, item.Parts[part]) = before;
        return false;
    }

    /// <summary>The platform has all of it.</summary>
    /// <returns>False when the database refused that while it takes everything else: it is tried again, and nothing is sent.</returns>
    public async Task<bool> SentAsync(LaneItem item, OutgoingReply reply, Guid channel)
    {
        var now = time.GetUtcNow();
        (item.Error, item.NextAt, item.SentAt) = (null, null, now);
        var receipt = item.Parts.Select(p => p.Receipt).FirstOrDefault(r => r is not null);
        var stored = await WriteAsync(new(item, item.ToRow(channel, DeliveryStates.Sent), mustBeWritten: true)
        {
            End = new(item.Position, MessageState.Answered, Micros.From(now), receipt, null),
            LetterEnd = item.Letter is { } letter ? new(letter, DeadLetterStates.Replayed, Micros.From(now)) : null,
            Tells = () => new(item.TenantId, EventTypes.ResponseDelivered, channel, item.SessionId, Payload(item, reply, MessageState.Answered), new { receipt, attempts = item.Attempts }),
        });
        if (item.IsDropped || !stored) return stored;
        if (item.Letter is { } over) ReplayOver?.Invoke(over, item.ReplayId, null);
        figures.Delivered(item.TenantId, channel, Micros.From(now) - Micros.From(item.At));
        if (events.IsHeard(item.TenantId)) events.Publish(item.TenantId, EventTypes.ResponseDelivered, channel, item.SessionId, Payload(item, reply, MessageState.Answered), new { receipt, attempts = item.Attempts });
        return true;
    }

    /// <summary>An attempt failed, and there will be another.</summary>
    public Task FailedAsync(LaneItem item, Guid channel, SendFailure failure, DateTimeOffset next)
    {
        var now = time.GetUtcNow();
        (item.Error, item.Cause, item.NextAt, item.FailedAt) = (Cut(failure.Detail), failure.Cause, next, now);
        var attempt = AttemptOf(item, now, failure.Kind, failure.Cause, failure.Detail);
        figures.SendFailed(item.TenantId, channel);
        LogFailed(item.TenantId, channel, item.SessionId, item.Id, item.Attempts, failure.Cause, next);
        return WriteAsync(new(item, item.ToRow(channel, DeliveryStates.Waiting), mustBeWritten: true) { Attempt = attempt });
    }

    /// <summary>It becomes a dead letter: with the failure of its last attempt, or without one (too old, no channel).</summary>
    public async Task BuryAsync(LaneItem item, OutgoingReply? reply, Guid channel, string cause, string detail, SendFailure? failure)
    {
        var now = time.GetUtcNow();
        (item.Error, item.Cause, item.NextAt, item.FailedAt) = (Cut(detail), cause, null, now);
        var letter = DeliveryLetters.Of(item, reply, channel, cause, detail, now);
        await WriteAsync(new(item, item.ToRow(channel, DeliveryStates.Failed), mustBeWritten: true)
        {
            Attempt = failure is null ? null : AttemptOf(item, now, failure.Kind, failure.Cause, failure.Detail),
            End = new(item.Position, MessageState.Dead, 0, null, item.Error),
            Letter = letter,
            Tells = () => new(item.TenantId, EventTypes.ResponseFailed, channel, item.SessionId, Payload(item, reply, MessageState.Dead), new { stage = Stages.Delivered, cause }),
            LetterEnd = item.Letter is { } replayed ? new(replayed, DeadLetterStates.Replayed, Micros.From(now)) : null,
        });
        if (item.IsDropped) return;
        if (item.Letter is { } over) ReplayOver?.Invoke(over, item.ReplayId, letter);
        figures.NotDelivered(item.TenantId, channel);
        LogDead(item.TenantId, channel, item.SessionId, item.Id, cause);
        if (!events.IsHeard(item.TenantId)) return;
        events.Publish(item.TenantId, EventTypes.ResponseFailed, channel, item.SessionId, Payload(item, reply, MessageState.Dead), new { stage = Stages.Delivered, cause });
        events.Publish(item.TenantId, EventTypes.DeadLetterAdded, channel, item.SessionId, new { deadLetter = letter.Id, message = item.Id, stage = Stages.Delivered, cause });
    }

    private async Task<bool> WriteAsync(DeliveryEntry entry)
    {
        journal.Append(entry);
        var stored = await entry.Task;
        if (!stored && entry.MustBeWritten) LogNotStored(entry.Cause!);
        return stored;
    }

    private static Attempt AttemptOf(LaneItem item, DateTimeOffset now, FailureKind kind, string cause, string detail) => new()
    {
        Id = RowId.New(now),
        TenantId = item.TenantId,
        SessionId = item.SessionId,
        MessageId = item.Id,
        Number = item.Attempts,
        Run = item.Run,
        StartedAt = item.StartedAt,
        EndedAt = now,
        Kind = kind,
        Cause = cause,
        Detail = Cut(detail),
        NextAt = item.NextAt,
    };

    private static MessagePayload Payload(LaneItem item, OutgoingReply? reply, MessageState state) => new(
        item.Id, item.Seq, (reply?.From ?? MessageFrom.Agent) == MessageFrom.Operator ? "operator" : "agent", reply?.Text.ToString() ?? "", item.At, null, reply?.InReplyTo?.Id, null,
        state == MessageState.Dead ? "dead" : "answered");

    private static string Cut(string text) => text.Length <= MaxError ? text : text[..MaxError];

    [LoggerMessage(1601, LogLevel.Information, "Reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} was not sent at attempt {Attempt} ({Cause}); the next one is due at {Next}")]
    private partial void LogFailed(Guid tenant, Guid channel, Guid session, Guid message, int attempt, string cause, DateTimeOffset next);

    [LoggerMessage(1602, LogLevel.Warning, "Reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} is a dead letter: {Cause}")]
    private partial void LogDead(Guid tenant, Guid channel, Guid session, Guid message, string cause);

    [LoggerMessage(1603, LogLevel.Error, "What came of a reply could not be stored; that is tried again, and after a start before it succeeds the reply is sent again as a possible duplicate")]
    private partial void LogNotStored(Exception cause);
}

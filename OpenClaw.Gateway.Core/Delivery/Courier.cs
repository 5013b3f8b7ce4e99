using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery.Previews;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Telemetry;
using Polly;
using Polly.Timeout;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// Tries one reply: settles what is unknown, sends what is not sent yet part by part through the channel's circuit, and writes down each step before and after.
/// </summary>
internal sealed partial class Courier(Guid channelId, IChannelSender sender, Circuit circuit, PreviewDesk? desk, LaneTools tools)
{
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(1);

    private readonly ResiliencePipeline _limit = new ResiliencePipelineBuilder { TimeProvider = tools.Time }.AddTimeout(sender.Timeout).Build();

    /// <summary>Throws when the gateway stops (<see cref="OperationCanceledException"/>): then what was begun is unknown at the next start.</summary>
    public async Task<LaneStep> TryAsync(ChannelModel channel, LaneItem item, CancellationToken cancellationToken)
    {
        item.Reply ??= await tools.Store.ReadAsync(item.Position, cancellationToken);
        if (item.Reply is not { } reply || item.IsDropped) return LaneStep.Over; // removed meanwhile
        var parts = sender.Split(channel, reply);
        while (item.Parts.Count < parts.Count) item.Parts.Add(new(item.Parts.Count, PartState.Waiting));
        var attempt = new AttemptOfParts(item);
        var preview = desk is null ? null : await desk.ClaimAsync(reply);
        foreach (var whole in parts.Where(p => item.Parts[p.Index].State != PartState.Sent))
        {
            var part = preview is not null && whole.Index == 0 ? whole with { Preview = preview } : whole;
            if (sender.Budget(channel, part) is { } pause) return LaneStep.At(tools.Time.GetUtcNow() + pause);
            SendOutcome? outcome;
            try
            {
                outcome = await circuit.TryCallAsync(channel.Control, (one, _, token) => CallAsync(channel, attempt, one, token), part, cancellationToken);
            }
            catch (NotStartedException)
            {
                return LaneStep.At(tools.Time.GetUtcNow() + DatabasePause);
            }

            if (outcome is null) return LaneStep.At(tools.Time.GetUtcNow()); // its circuit opened in this moment: no attempt is burnt
            if (outcome.Failure is { } failure) return await FailAsync(channel, item, part.Index, failure);
            item.Parts[part.Index] = PartState.SentAs(part.Index, outcome.Receipt, tools.Time.GetUtcNow());
        }

        if (!await tools.Book.SentAsync(item, reply, channelId)) return LaneStep.At(tools.Time.GetUtcNow() + AfterRefusal);
        if (desk is not null) await desk.SentAsync(reply.Id);
        return LaneStep.Over;
    }

    private async ValueTask<SendOutcome> CallAsync(ChannelModel channel, AttemptOfParts attempt, OutgoingPart part, CancellationToken cancellationToken)
    {
        var item = attempt.Item;
        if (await SettleAsync(channel, item, part, cancellationToken) is { } settled) return settled;
        if (!await tools.Book.StartAsync(item, channelId, part.Index, attempt.IsNew)) throw new NotStartedException();
        attempt.IsNew = false;
        var sent = part with { PossibleDuplicate = item.PossibleDuplicate };
        return MessageTraces.IsHeard ? await SendTracedAsync(channel, sent, item.Attempts, cancellationToken) : await SendAsync(channel, sent, cancellationToken);
    }

    private async Task<SendOutcome> SendTracedAsync(ChannelModel channel, OutgoingPart part, int attempt, CancellationToken cancellationToken)
    {
        using var span = MessageSpans.Send(part, channel, attempt);
        var outcome = await SendAsync(channel, part, cancellationToken);
        if (outcome.Failure is { } failure) MessageSpans.Fail(span, failure.Cause);
        return outcome;
    }

    /// <summary>Null: it is to be sent. Of what nobody knows whether it was, the platform is asked first.</summary>
    private async Task<SendOutcome?> SettleAsync(ChannelModel channel, LaneItem item, OutgoingPart part, CancellationToken cancellationToken)
    {
        if (!item.Parts[part.Index].IsUnknown) return null;
        try
        {
            var settled = await _limit.ExecuteAsync(token => sender.SettleAsync(channel, part, token), cancellationToken);
            if (settled.IsFound) return SendOutcome.Sent(settled.Receipt);
            if (ReferenceEquals(settled, SettleOutcome.CannotKnow)) item.PossibleDuplicate = true;
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSettleFailed(tools.Log, e, item.TenantId, channelId, item.SessionId, item.Id);
            item.PossibleDuplicate = true;
            return null;
        }
    }

    private async Task<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        try
        {
            return await _limit.ExecuteAsync(token => PassAsync(channel, part, token), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            return SendOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.ChannelTimeout, $"The platform did not answer within {sender.Timeout.TotalSeconds:0} s.", DeadLetterRisks.Unknown);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSenderFailed(tools.Log, e, channel.Tenant.Id, channelId, part.Reply.SessionId, part.Reply.Id);
            return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.Internal, $"The gateway failed ({e.GetType().Name}); its log says more.", DeadLetterRisks.Unknown);
        }
    }

    /// <summary>With the faults of a drill in its way, where one is on.</summary>
    private async ValueTask<SendOutcome> PassAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        if (channel.IsTest && tools.Drills?.Next(SubjectKind.Channel, channelId) is { } step)
        {
            if (step.Delay > TimeSpan.Zero) await Task.Delay(step.Delay, tools.Time, cancellationToken);
            if (step.Failure is { } failure) return SendOutcome.Failed(failure.Kind, failure.Cause, failure.Detail, DeadLetterRisks.NeverSent, failure.RetryAfter);
        }

        return await sender.SendAsync(channel, part, cancellationToken);
    }

    private async Task<LaneStep> FailAsync(ChannelModel channel, LaneItem item, int part, SendFailure failure)
    {
        var now = tools.Time.GetUtcNow();
        item.Parts[part] = PartState.Of(part, failure, now);
        if (failure.Kind != FailureKind.RateLimited) item.Failures++;
        if (failure.IsFinal || item.Failures >= channel.Retry.Attempts)
        {
            await tools.Book.BuryAsync(item, item.Reply, channelId, failure.Cause, failure.Detail, failure);
            if (desk is not null) await desk.DiscardAsync(item.Id);
            return LaneStep.Over;
        }

        var next = now + channel.Retry.Delay(Math.Max(1, item.Failures), RandomNumberGenerator.GetInt32(1_001) / 1_000.0, failure.RetryAfter);
        await tools.Book.FailedAsync(item, channelId, failure, next);
        return LaneStep.At(next);
    }

    [LoggerMessage(1611, LogLevel.Error, "The sender failed at reply {Message} of tenant {Tenant}, channel {Channel}, session {Session}")]
    private static partial void LogSenderFailed(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    [LoggerMessage(1612, LogLevel.Warning, "Whether reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} was sent cannot be told; it is sent again")]
    private static partial void LogSettleFailed(ILogger log, Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    /// <summary>The attempt that is under way; its first part makes it one.</summary>
    private sealed class AttemptOfParts(LaneItem item)
    {
        public LaneItem Item => item;

        public bool IsNew { get; set; } = true;
    }

    /// <summary>The database takes no writes: nothing may be sent.</summary>
    private sealed class NotStartedException : Exception;
}

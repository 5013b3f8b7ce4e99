using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using Polly;
using Polly.Timeout;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// Tries one reply: settles what is unknown, sends what is not sent yet part by part, writes down each step before and after. Whoever calls it has a
/// right to the first call of the gate.
/// </summary>
internal sealed partial class Courier(Guid channelId, IChannelSender sender, ICallGate gate, DeliveryStore store, DeliveryBook book, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline _limit = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(sender.Timeout).Build();

    /// <summary>Throws when the gateway stops (<see cref="OperationCanceledException"/>): then what was begun is unknown at the next start.</summary>
    public async Task<LaneStep> TryAsync(ChannelModel channel, LaneItem item, CancellationToken cancellationToken)
    {
        var turn = new Turn(gate, channel);
        try
        {
            item.Reply ??= await store.ReadAsync(item.Position, cancellationToken);
            if (item.Reply is not { } reply || item.IsDropped) return LaneStep.Over; // removed meanwhile
            var parts = sender.Split(channel, reply);
            while (item.Parts.Count < parts.Count) item.Parts.Add(new(item.Parts.Count, PartState.Waiting));
            var isNew = true;
            for (var i = 0; i < parts.Count; i++)
            {
                if (item.Parts[i].State == PartState.Sent) continue;
                if (!turn.TryTake(out var next)) return await LaterAsync(item, next ?? time.GetUtcNow() + DatabasePause);
                if (sender.Budget(channel, parts[i]) is { } pause) return LaneStep.At(time.GetUtcNow() + pause);
                var outcome = await SettleAsync(channel, item, parts[i], cancellationToken);
                if (outcome is null)
                {
                    if (!await book.StartAsync(item, channelId, i, isNew)) return LaneStep.At(time.GetUtcNow() + DatabasePause);
                    isNew = false;
                    outcome = await SendAsync(channel, parts[i] with { PossibleDuplicate = item.PossibleDuplicate }, cancellationToken);
                }

                if (outcome.Failure is { } failure) return await FailAsync(channel, item, i, failure, turn);
                turn.Succeeded();
                item.Parts[i] = PartState.SentAs(i, outcome.Receipt, time.GetUtcNow());
            }

            await book.SentAsync(item, reply, channelId);
            return LaneStep.Over;
        }
        finally
        {
            turn.Leave();
        }
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
            LogSettleFailed(e, item.TenantId, channelId, item.SessionId, item.Id);
            item.PossibleDuplicate = true;
            return null;
        }
    }

    private async Task<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        try
        {
            return await _limit.ExecuteAsync(token => sender.SendAsync(channel, part, token), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            return SendOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.ChannelTimeout, $"The platform did not answer within {sender.Timeout.TotalSeconds:0} s.", DeadLetterRisks.Unknown);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSenderFailed(e, channel.Tenant.Id, channelId, part.Reply.SessionId, part.Reply.Id);
            return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.Internal, $"The gateway failed ({e.GetType().Name}); its log says more.", DeadLetterRisks.Unknown);
        }
    }

    private async Task<LaneStep> FailAsync(ChannelModel channel, LaneItem item, int part, SendFailure failure, Turn turn)
    {
        turn.Failed(failure);
        var now = time.GetUtcNow();
        item.Parts[part] = PartState.Of(part, failure, now);
        if (failure.Kind != FailureKind.RateLimited) item.Failures++;
        if (failure.IsFinal || item.Failures >= channel.Retry.Attempts)
        {
            await book.BuryAsync(item, item.Reply, channelId, failure.Cause, failure.Detail, failure);
            return LaneStep.Over;
        }

        var next = now + channel.Retry.Delay(Math.Max(1, item.Failures), RandomNumberGenerator.GetInt32(1_001) / 1_000.0, failure.RetryAfter);
        await book.FailedAsync(item, channelId, failure, next);
        return LaneStep.At(next);
    }

    /// <summary>The circuit opened between two parts: the rest waits, and burns no attempt.</summary>
    private static Task<LaneStep> LaterAsync(LaneItem item, DateTimeOffset next)
    {
        item.NextAt = next;
        return Task.FromResult(LaneStep.At(next));
    }

    [LoggerMessage(1611, LogLevel.Error, "The sender failed at reply {Message} of tenant {Tenant}, channel {Channel}, session {Session}")]
    private partial void LogSenderFailed(Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    [LoggerMessage(1612, LogLevel.Warning, "Whether reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} was sent cannot be told; it is sent again")]
    private partial void LogSettleFailed(Exception cause, Guid tenant, Guid channel, Guid session, Guid message);

    /// <summary>The right to the next call: the first was given to the lane, each further one is asked for.</summary>
    private sealed class Turn(ICallGate gate, ChannelModel channel)
    {
        private bool _has = true;

        public bool TryTake(out DateTimeOffset? next)
        {
            next = null;
            return _has || (_has = gate.TryEnter(channel, out next));
        }

        public void Succeeded()
        {
            if (_has) gate.Succeeded(channel);
            _has = false;
        }

        public void Failed(SendFailure failure)
        {
            gate.Failed(channel, failure);
            _has = false;
        }

        public void Leave()
        {
            if (_has) gate.Leave(channel);
            _has = false;
        }
    }
}

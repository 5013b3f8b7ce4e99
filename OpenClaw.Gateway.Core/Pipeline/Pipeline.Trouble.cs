using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <content>What becomes of a message when a request failed.</content>
internal sealed partial class Pipeline
{
    /// <summary>A message that makes the gateway itself fail so often is quarantined.</summary>
    private const int MostCrashes = 3;

    /// <summary>True: another agent may be asked at once. Else the message waits for its next attempt, or is buried.</summary>
    private bool Failed(LiveSession session, MessageRecord message, ChannelModel channel, RegisteredAgent agent, AgentFailure failure, bool isProbe, AgentRun? run, in Way way)
    {
        var effort = EffortOf(message);
        (effort.Last, effort.LastAgent) = (failure, agent.Model.Id);
        if (effort.FirstAt == 0) effort.FirstAt = message.DispatchedAt;
        effort.Risks(failure.NeverSent ? DeadLetterRisks.NeverSent : DeadLetters.RiskOf(failure.Cause));
        var crashed = failure.Cause == DeadLetterCauses.Internal;
        if (crashed && ++effort.Crashes >= MostCrashes)
        {
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.Poison, Poisoned(failure.Detail), Attempt(message, agent.Model, failure, isProbe, null), run is null ? null : [run]);
            return false;
        }

        if (failure.Kind is FailureKind.Permanent or FailureKind.Authentication or FailureKind.Forbidden)
        {
            Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail, Attempt(message, agent.Model, failure, isProbe, null), run is null ? null : [run]);
            return false;
        }

        message.Error = Short(failure.Detail);
        if (isProbe && !crashed)
        {
            journal.Append(new AttemptEntry(message, Attempt(message, agent.Model, failure, isProbe, null), run));
            return true;
        }

        var burned = crashed ? effort.Crashes : effort.Burn(agent.Model.Id);
        var policy = agent.Model.Retry;
        var isUsedUp = !crashed && burned >= policy.Attempts;
        if (isUsedUp) effort.Exhaust(agent.Model.Id);
        if (!crashed && way.Decision.Group is { } group)
        {
            // of several, the next one is asked at once; when all have failed, they are asked again after a pause
            effort.Pass(agent.Model.Id);
            var isFree = router.Next(group, effort, commit: false).IsFree;
            if (!isFree) effort.NextRound();
            if (isFree || (isUsedUp && !router.Next(group, effort, commit: false).IsFree))
            {
                journal.Append(new AttemptEntry(message, Attempt(message, agent.Model, failure, isProbe, isFree ? time.GetUtcNow() : null), run));
                return true;
            }
        }
        else if (isUsedUp)
        {
            journal.Append(new AttemptEntry(message, Attempt(message, agent.Model, failure, isProbe, null), run));
            return true;
        }

        if (failure.AtOnce && !crashed)
        {
            journal.Append(new AttemptEntry(message, Attempt(message, agent.Model, failure, isProbe, time.GetUtcNow())));
            return true;
        }

        var now = time.GetUtcNow();
        var deadline = Deadline(message, channel);
        var due = now + policy.Delay(burned, Chance(), failure.RetryAfter);
        // a pause longer than the message may wait is no reason to give it up early: it is asked for once more when its time ends
        if (due > deadline && failure.RetryAfter is not null && now + policy.Delay(burned, chance: 1) < deadline) due = deadline;
        if (due > deadline)
        {
            Bury(session, message, Stages.Dispatched, failure.Cause, failure.Detail, Attempt(message, agent.Model, failure, isProbe, null), run is null ? null : [run]);
            return false;
        }

        effort.GoesOn = way;
        message.DueAt = Micros.From(due);
        journal.Append(new AttemptEntry(message, Attempt(message, agent.Model, failure, isProbe, due), run));
        waits.Until(session, message, message.DueAt);
        return false;
    }

    /// <summary>The gateway's own code failed over the message: tried again a little later, at last quarantined.</summary>
    private void Crashed(LiveSession session, MessageRecord message, Exception cause)
    {
        var effort = EffortOf(message);
        if (++effort.Crashes >= MostCrashes)
        {
            Bury(session, message, Stages.Dispatched, DeadLetterCauses.Poison, Poisoned($"The gateway failed ({cause.GetType().Name}); its log says more."));
            return;
        }

        effort.GoesOn = null;
        waits.Until(session, message, Micros.From(time.GetUtcNow() + RetryPolicy.Default.Delay(effort.Crashes, Chance())));
    }

    /// <summary>After a restart: what was tried before it. An attempt that the process died in is one that nobody knows the end of.</summary>
    private async Task RememberAsync(MessageRecord message)
    {
        var effort = EffortOf(message);
        var (session, id, run) = (message.SessionId, message.Id, message.Run);
        var attempts = await store.AttemptsAsync(session, id, run, CancellationToken.None);
        foreach (var attempt in attempts)
        {
            if (effort.FirstAt == 0) effort.FirstAt = Micros.From(attempt.StartedAt);
            effort.Risks(attempt.Kind == FailureKind.Forbidden ? DeadLetterRisks.NeverSent : DeadLetters.RiskOf(attempt.Cause));
            if (attempt.Probe || attempt.AgentId is not { } agent) continue;
            if (effort.Burn(agent) >= (catalog.FindAgent(agent)?.Retry ?? RetryPolicy.Default).Attempts) effort.Exhaust(agent);
        }

        if (message.State != MessageState.Dispatched || message.DueAt != 0 || attempts.Any(a => a.Number == message.Attempts)) return;
        effort.Risks(DeadLetterRisks.Unknown);
        if (message.AgentId == Guid.Empty) return;
        effort.Burn(message.AgentId);
        const string why = "The gateway stopped before the agent had answered; whether it got the request is not known.";
        if (effort.FirstAt == 0) effort.FirstAt = message.DispatchedAt;
        (effort.Last, effort.LastAgent) = (new(FailureKind.Transient, DeadLetterCauses.Internal, why, null), message.AgentId);
        journal.Append(new AttemptEntry(message, new()
        {
            Id = RowId.New(time.GetUtcNow()), TenantId = message.TenantId, SessionId = session, MessageId = id, Number = message.Attempts, Run = run, AgentId = message.AgentId,
            StartedAt = Micros.ToTime(message.DispatchedAt), Kind = FailureKind.Transient, Cause = DeadLetterCauses.Internal, Detail = why, NextAt = time.GetUtcNow(),
        }));
    }

    private Attempt Attempt(MessageRecord message, AgentModel agent, AgentFailure failure, bool isProbe, DateTimeOffset? next)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Id = RowId.New(now),
            TenantId = message.TenantId,
            SessionId = message.SessionId,
            MessageId = message.Id,
            Number = message.Attempts,
            Run = message.Run,
            AgentId = agent.Id,
            StartedAt = Micros.ToTime(message.DispatchedAt),
            EndedAt = now,
            Kind = failure.Kind,
            Cause = failure.Cause,
            Detail = DeadLetters.Cut(failure.Detail),
            Probe = isProbe,
            NextAt = next,
        };
    }

    private static string Poisoned(string detail) => $"The message made the gateway fail {MostCrashes} times over and is kept away from it. {detail}";

    private static string Short(string detail) => detail.Length > 500 ? detail[..500] : detail;

    private static double Chance() => RandomNumberGenerator.GetInt32(0, 1_000_001) / 1_000_000d;
}

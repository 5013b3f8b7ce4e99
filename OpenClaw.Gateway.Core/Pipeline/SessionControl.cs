using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Take-over, hand-back, assignment, closing and re-opening.</summary>
internal sealed class SessionControl(
    SessionTable sessions, ConversationStore store, Journal journal, Pipeline pipeline, TakeOvers takeOvers, OpenAsks asks, Waits waits, IEventBus events) : ISessionControl
{
    private const string InArchive = "The conversation is in the archive. Restore it first.";

    /// <inheritdoc />
    public ValueTask<ControlOutcome> TakeOverAsync(Guid tenant, Guid session, Guid operatorId, string operatorName, CancellationToken cancellationToken)
    {
        return ChangeAsync(tenant, session, TakeOver, live =>
        {
            if (live.Record.TakenAt == 0) takeOvers.LetGo(live);
            else if (!asks.Stop(live.Record.Id, StopReason.TakenOver)) waits.Release(live.Record.Id);
        }, cancellationToken);

        string? TakeOver(SessionRecord row, long now)
        {
            (row.TakenById, row.TakenByName, row.TakenAt) = (operatorId, operatorName, now);
            (row.State, row.LastActivityAt) = (SessionState.Active, now); // somebody is there again: its spans begin anew
            return null;
        }
    }

    /// <inheritdoc />
    public ValueTask<ControlOutcome> ReleaseAsync(Guid tenant, Guid session, string? note, CancellationToken cancellationToken)
    {
        return ChangeAsync(tenant, session, Release, takeOvers.LetGo, cancellationToken);

        string? Release(SessionRecord row, long now)
        {
            if (row.TakenAt == 0) return "Nobody has taken this conversation over: the agent answers already.";
            (row.TakenById, row.TakenByName, row.TakenAt) = (null, null, 0);
            if (!string.IsNullOrWhiteSpace(note)) row.NoteToAgent = note;
            return null;
        }
    }

    /// <inheritdoc />
    public ValueTask<ControlOutcome> AssignAsync(Guid tenant, Guid session, Guid? agent, CancellationToken cancellationToken)
    {
        return ChangeAsync(tenant, session, Assign, live => waits.Release(live.Record.Id), cancellationToken);

        string? Assign(SessionRecord row, long now)
        {
            if (agent is { } chosen) row.AgentId = chosen;
            row.Assigned = agent is not null;
            return null;
        }
    }

    /// <inheritdoc />
    public async ValueTask<ControlOutcome> CloseAsync(Guid tenant, Guid session, string byName, CancellationToken cancellationToken)
    {
        if (await LoadAsync(tenant, session, cancellationToken) is not { } row) return ControlOutcome.NotFound;
        if (row.EndedAt != 0) return ControlOutcome.Done;
        if (row.State == SessionState.Archived) return ControlOutcome.Refused(InArchive);
        if (await HoldAsync(tenant, session, cancellationToken) is not { } live) return ControlOutcome.Done; // ended since
        var written = new Written(pipeline, live);
        journal.Append(new ConcludeEntry(live, null, written) { End = true, Settles = OwnRoutes.Closed, HoldsMailbox = false });
        await written.Task.WaitAsync(cancellationToken);
        return ControlOutcome.Done;
    }

    /// <inheritdoc />
    public async ValueTask<ControlOutcome> ReopenAsync(Guid tenant, Guid session, CancellationToken cancellationToken)
    {
        if (await LoadAsync(tenant, session, cancellationToken) is not { } row) return ControlOutcome.NotFound;
        if (row.State == SessionState.Archived) return ControlOutcome.Refused(InArchive);
        if (row.EndedAt == 0) return ControlOutcome.Done;
        if (!await sessions.ReopenAsync(row, cancellationToken))
            return ControlOutcome.Refused("The user has begun a new conversation since. Go on in that one.");
        Tell(row.TenantId, (await LoadAsync(tenant, session, CancellationToken.None))!);
        return ControlOutcome.Done;
    }

    private async ValueTask<ControlOutcome> ChangeAsync(
        Guid tenant, Guid session, Func<SessionRecord, long, string?> change, Action<LiveSession> settled, CancellationToken cancellationToken)
    {
        if (await HoldAsync(tenant, session, cancellationToken) is not { } live)
        {
            if (await LoadAsync(tenant, session, cancellationToken) is not { } row) return ControlOutcome.NotFound;
            return ControlOutcome.Refused(row.State == SessionState.Archived ? InArchive : "The conversation has ended. Re-open it first.");
        }

        var entry = new ControlEntry(live, change, settled);
        journal.Append(entry);
        if (await entry.Task.WaitAsync(cancellationToken) is { } refusal) return ControlOutcome.Refused(refusal);
        Tell(tenant, live.Record);
        return ControlOutcome.Done;
    }

    private void Tell(Guid tenant, SessionRecord row)
    {
        if (events.IsHeard(tenant)) events.Publish(tenant, EventTypes.SessionUpdated, row.ChannelId, row.Id, SessionPayload.Of(row));
    }

    private async Task<SessionRecord?> LoadAsync(Guid tenant, Guid session, CancellationToken cancellationToken) =>
        await store.LoadAsync(session, 0, cancellationToken) is { } loaded && loaded.Session.TenantId == tenant ? loaded.Session : null;

    /// <summary>The live session, kept in memory until what is appended is told of.</summary>
    private async Task<LiveSession?> HoldAsync(Guid tenant, Guid session, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await LoadAsync(tenant, session, cancellationToken) is not { } row || row.EndedAt != 0 || row.State == SessionState.Archived) return null;
            if (await sessions.FindAsync(tenant, session, cancellationToken) is not { } live) return null;
            if (live.TryHold()) return live;
        }
    }
}

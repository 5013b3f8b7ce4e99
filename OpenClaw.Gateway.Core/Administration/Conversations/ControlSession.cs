using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>What became of a wish to steer a session, with the session as it is then.</summary>
/// <param name="View">The session; null when the tenant has none of that id.</param>
/// <param name="Reason">Why it was refused and what to do; null when done.</param>
public sealed record ControlResult(SessionView? View, string? Reason);

/// <summary>
/// Who answers in a session: take-over, hand-back, assignment, closing, re-opening. The gateway's own <see cref="ISessionControl"/> does it, the audit
/// says who; a note to the agent is conversation and is not in the audit.
/// </summary>
public sealed class ControlSession
{
    private readonly ISessionControl _control;
    private readonly SessionQueries _sessions;
    private readonly ICatalog _catalog;
    private readonly ITenantDbFactory _databases;
    private readonly TimeProvider _time;
    private readonly SuggestExamples _suggestions;

    internal ControlSession(ISessionControl control, SessionQueries sessions, ICatalog catalog, ITenantDbFactory databases, TimeProvider time, SuggestExamples suggestions) =>
        (_control, _sessions, _catalog, _databases, _time, _suggestions) = (control, sessions, catalog, databases, time, suggestions);

    /// <summary>The longest note to an agent, in characters.</summary>
    public const int MaxNote = 4_000;

    /// <summary>The caller answers from now on; the user's messages wait for them.</summary>
    public Task<ControlResult> TakeOverAsync(Caller caller, Guid session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return RunAsync(caller, session, "session.taken-over", () => _control.TakeOverAsync(caller.Tenant, session, caller.Id, caller.Name, cancellationToken), cancellationToken);
    }

    /// <summary>The agent answers again, beginning with what was not answered. Throws <see cref="InvalidInputException"/> for a note that is too long.</summary>
    public Task<ControlResult> ReleaseAsync(Caller caller, Guid session, string? note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (note?.Length > MaxNote) throw new InvalidInputException("note", $"Must have at most {MaxNote} characters.");
        return RunAsync(caller, session, "session.released", () => _control.ReleaseAsync(caller.Tenant, session, note?.Trim(), cancellationToken), cancellationToken);
    }

    /// <summary>The session goes to that agent from the next message on; null: the rules decide again. Throws <see cref="InvalidInputException"/> for an agent that is not there or disabled.</summary>
    public async Task<ControlResult> AssignAsync(Caller caller, Guid session, Guid? agent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        if (agent is { } id)
        {
            if (_catalog.FindAgent(id) is not { } model || model.Tenant.Id != caller.Tenant) throw new InvalidInputException("agent", "There is no such agent.");
            if (!model.Enabled) throw new InvalidInputException("agent", $"The agent '{model.Name}' is disabled. Enable it first, or choose another.");
        }

        var result = await RunAsync(caller, session, "session.assigned", () => _control.AssignAsync(caller.Tenant, session, agent, cancellationToken), cancellationToken);
        // where a person sends a session says what its user wanted
        if (agent is { } chosen && result is { Reason: null, View: not null }) await _suggestions.NoteAsync(caller, session, chosen, cancellationToken);
        return result;
    }

    /// <summary>Ends the episode.</summary>
    public Task<ControlResult> CloseAsync(Caller caller, Guid session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return RunAsync(caller, session, "session.closed", () => _control.CloseAsync(caller.Tenant, session, caller.Name, cancellationToken), cancellationToken);
    }

    /// <summary>Takes an ended episode up again.</summary>
    public Task<ControlResult> ReopenAsync(Caller caller, Guid session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return RunAsync(caller, session, "session.reopened", () => _control.ReopenAsync(caller.Tenant, session, cancellationToken), cancellationToken);
    }

    private async Task<ControlResult> RunAsync(Caller caller, Guid session, string action, Func<ValueTask<ControlOutcome>> run, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Operate);
        if (await _sessions.GetAsync(caller.Tenant, session, cancellationToken) is not { } before) return new(null, null);
        var outcome = await run();
        if (outcome.Reason is { } reason) return new(before, reason);
        if (!outcome.IsDone || await _sessions.GetAsync(caller.Tenant, session, CancellationToken.None) is not { } after) return new(null, null);
        await NoteAsync(caller, action, before, after);
        return new(after, null);
    }

    /// <summary>Done is done: who did it is noted even if the asker has gone.</summary>
    private async Task NoteAsync(Caller caller, string action, SessionView before, SessionView after)
    {
        await using var db = _databases.Create(caller.Tenant);
        AuditTrail.Note(db, caller, _time.GetUtcNow(), action, new(after.Id, after.User.Name ?? after.User.Id), Parts(before), Parts(after));
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private static JsonObject Parts(SessionView view) => new()
    {
        ["state"] = view.State, ["agent"] = view.Agent?.ToString(), ["assigned"] = view.Assigned, ["takenBy"] = view.TakenBy?.Name,
    };
}

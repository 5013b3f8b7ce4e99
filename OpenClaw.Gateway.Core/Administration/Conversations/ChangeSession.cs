using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>
/// Changes a session, or writes into it, for somebody: the conversation's own writer does it, the audit says who. An operator's post is
/// noted without its text, which stands in the conversation; an agent's posts are conversation and no administration.
/// </summary>
public sealed class ChangeSession(ISessionWriter writer, SessionQueries sessions, ITenantDbFactory databases, TimeProvider time)
{
    private const int MaxNoted = 4_096;

    /// <summary>What the session is after the change; null when the tenant has none of that id.</summary>
    public async Task<SessionView?> PatchAsync(Caller caller, Guid session, SessionPatch patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(patch);
        caller.Demand(ApiScopeNames.Operate);
        if (patch.Tools is { } tools) SessionTools.Demand(tools);
        if (await sessions.GetAsync(caller.Tenant, session, cancellationToken) is not { } before) return null;
        if (!await writer.PatchAsync(caller.Tenant, session, patch, cancellationToken)) return null;
        if (await sessions.GetAsync(caller.Tenant, session, CancellationToken.None) is not { } after) return null;
        await NoteAsync(caller, "session.changed", before, Parts(before), Parts(after));
        return after;
    }

    /// <summary>Appends entries as an agent or operator.</summary>
    public async Task<AppendOutcome> PostAsync(
        Caller caller, Guid session, MessageFrom from, IReadOnlyList<AgentReply> messages, Guid? inReplyTo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Converse);
        var outcome = await writer.AppendAsync(caller.Tenant, session, from, messages, inReplyTo, cancellationToken);
        if (outcome.Messages is { } made && from == MessageFrom.Operator)
        {
            var view = await sessions.GetAsync(caller.Tenant, session, CancellationToken.None);
            await NoteAsync(caller, "message.posted", view, null, new JsonObject { ["messages"] = new JsonArray([.. made.Select(m => (JsonNode)m.ToString())]) }, session);
        }
        return outcome;
    }

    private async Task NoteAsync(Caller caller, string action, SessionView? view, JsonObject? before, JsonObject? after, Guid? session = null)
    {
        await using var db = databases.Create(caller.Tenant);
        AuditTrail.Note(db, caller, time.GetUtcNow(), action, new(view?.Id ?? session ?? Guid.Empty, view is null ? null : view.User.Name ?? view.User.Id), before, after);
        // done is done: who did it is noted even if the asker has gone
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private static JsonObject Parts(SessionView view) => new()
    {
        ["preferences"] = Part(view.Preferences), ["context"] = Part(view.Context), ["agentSettings"] = Part(view.AgentSettings), ["tools"] = Part(view.Tools),
    };

    /// <summary>What is large is told by its size: the audit is no second place for conversations.</summary>
    private static JsonNode? Part(JsonElement part) =>
        part.ValueKind == JsonValueKind.Undefined ? null
        : part.GetRawText() is var text && text.Length > MaxNoted ? JsonValue.Create($"{text.Length} characters")
        : JsonNode.Parse(text);
}

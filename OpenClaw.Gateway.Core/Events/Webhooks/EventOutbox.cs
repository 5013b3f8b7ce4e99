using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>
/// Writes events for endpoints beside what they tell of, in the same transaction: one row per endpoint that wants the type. It reads the
/// group's lists as they are about to be stored, so that whatever is stored is told, whoever stored it. On the journal's thread.
/// </summary>
internal sealed partial class EventOutbox(WebhookEndpoints endpoints, TimeProvider time, ILogger<EventOutbox> log) : IGroupEvents
{
    private const int MostRemembered = 200_000;

    /// <summary>Messages under way whose agent was told of: once per agent, however often it is asked.</summary>
    private readonly Dictionary<long, Guid> _routed = [];

    private readonly HashSet<long> _group = [];
    private readonly long _started = Micros.Now(time);
    private long _last;

    /// <summary>Rows of that endpoint are durable, and due.</summary>
    public event Action<Guid>? Due;

    /// <inheritdoc />
    public bool IsOn => endpoints.Enabled.Count > 0;

    /// <inheritdoc />
    public bool Wants(Guid tenant, string type)
    {
        if (!endpoints.Enabled.TryGetValue(tenant, out var wanting)) return false;
        foreach (var endpoint in wanting)
            if (endpoint.Wants(type)) return true;
        return false;
    }

    /// <inheritdoc />
    public void Gather(JournalGroup group)
    {
        _group.Clear();
        try
        {
            foreach (var row in group.NewSessions) OfSession(group, row, EventTypes.SessionCreated);
            foreach (var message in group.NewMessages)
                if (message.From == MessageFrom.User) OfMessage(group, message, EventTypes.MessageReceived);
            foreach (var message in group.ChangedMessages) OfRouting(group, message);
            foreach (var reply in group.NewMessages)
                if (reply.From != MessageFrom.User) OfMessage(group, reply, EventTypes.ResponseGenerated);
            foreach (var reply in group.Receipts) OfMessage(group, reply, EventTypes.ResponseDelivered);
            foreach (var letter in group.DeadLetters) OfLetter(group, letter);
            foreach (var row in group.ChangedSessions) OfSession(group, row, EventTypes.SessionUpdated);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // What is stored must not wait for what is told of it.
            LogNotGathered(fault);
        }
    }

    /// <inheritdoc />
    public void Tell(JournalGroup group, in Happening happening)
    {
        if (!endpoints.Enabled.TryGetValue(happening.Tenant, out var wanting)) return;
        string? body = null;
        var (at, id) = (0L, Guid.Empty);
        foreach (var endpoint in wanting)
        {
            if (!endpoint.Wants(happening.Type)) continue;
            if (body is null)
            {
                at = _last = Math.Max(_last + 1, Micros.Now(time));
                id = EventBodies.IdAt(at);
                body = EventBodies.Write(id, at, happening);
            }

            group.EventDeliveries.Add(new()
            {
                Id = EventBodies.IdAt(at),
                TenantId = happening.Tenant,
                WebhookId = endpoint.Id,
                SessionId = happening.Session,
                EventId = id,
                Type = happening.Type,
                Body = body,
                At = Micros.ToTime(at),
                State = EventDeliveryStates.Pending,
                NextAt = Micros.ToTime(at),
            });
        }
    }

    /// <inheritdoc />
    public void Stored(JournalGroup group)
    {
        foreach (var message in group.ChangedMessages)
            if (message.From == MessageFrom.User && Wants(message.TenantId, EventTypes.MessageRouted)) Remember(message);
        var last = Guid.Empty;
        foreach (var delivery in group.EventDeliveries)
        {
            if (delivery.WebhookId == last) continue; // most groups are one tenant's with one endpoint
            Due?.Invoke(last = delivery.WebhookId);
        }
    }

    private void OfSession(JournalGroup group, SessionRecord row, string type)
    {
        if (Wants(row.TenantId, type)) Tell(group, new(row.TenantId, type, row.ChannelId, row.Id, SessionPayload.Of(row)));
    }

    private void OfMessage(JournalGroup group, MessageRecord message, string type)
    {
        if (Wants(message.TenantId, type)) Tell(group, new(message.TenantId, type, message.ChannelId, message.SessionId, MessagePayload.Of(message)));
    }

    /// <summary>A message is with its agent, or was dropped by a rule. Told when that is stored: while the agent works, else with the answer.</summary>
    private void OfRouting(JournalGroup group, MessageRecord message)
    {
        if (message.From != MessageFrom.User || !Wants(message.TenantId, EventTypes.MessageRouted)) return;
        var isDispatched = IsDispatchedHere(message) && (!_routed.TryGetValue(message.Position, out var told) || told != message.AgentId);
        if (!_group.Add(message.Position)) return; // more than one step of it is in this group
        if (isDispatched || message is { State: MessageState.Dropped, DispatchedAt: 0 })
            Tell(group, new(message.TenantId, EventTypes.MessageRouted, message.ChannelId, message.SessionId, MessagePayload.Of(message)));
    }

    /// <summary>What an earlier life of the process dispatched was told by it.</summary>
    private bool IsDispatchedHere(MessageRecord message) => message.DispatchedAt >= _started;

    private void Remember(MessageRecord message)
    {
        if (message.State is not (MessageState.Accepted or MessageState.Dispatched or MessageState.Waiting))
        {
            _routed.Remove(message.Position);
        }
        else if (IsDispatchedHere(message))
        {
            if (_routed.Count >= MostRemembered) _routed.Clear();
            _routed[message.Position] = message.AgentId;
        }
    }

    private void OfLetter(JournalGroup group, DeadLetter letter)
    {
        // of a reply's failure its delivery tells itself, which knows the reply
        if (letter.Stage != Stages.Delivered && Wants(letter.TenantId, EventTypes.ResponseFailed))
        {
            var message = group.ChangedMessages.Find(m => m.Id == letter.MessageId);
            object payload = message is null ? new { message = letter.MessageId, agent = letter.AgentId, state = "dead" } : MessagePayload.Of(message);
            Tell(group, new(letter.TenantId, EventTypes.ResponseFailed, letter.ChannelId, letter.SessionId, payload, new { stage = letter.Stage, cause = letter.Cause }));
        }

        if (Wants(letter.TenantId, EventTypes.DeadLetterAdded))
        {
            Tell(group, new(letter.TenantId, EventTypes.DeadLetterAdded, letter.ChannelId, letter.SessionId,
                new { deadLetter = letter.Id, message = letter.MessageId, stage = letter.Stage, cause = letter.Cause }));
        }
    }

    [LoggerMessage(3102, LogLevel.Error, "Events of a group could not be made; endpoints are not told of it")]
    private partial void LogNotGathered(Exception fault);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Entries as they are stored, for those who look for a fault, with nothing that the caller may not see (<see cref="PayloadRedaction"/>).</summary>
public sealed class RawMessages(ITenantDbFactory databases)
{
    /// <summary>One entry, or null when the tenant has none of that id.</summary>
    public async Task<JsonObject?> GetAsync(Caller caller, Guid message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        await using var db = databases.Create(caller.Tenant);
        if (await MessageQueries.FindAsync(db, message, cancellationToken) is not { } row) return null;
        var session = await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == row.SessionId, cancellationToken);
        var redaction = PayloadRedaction.For(caller, row.UserId, row.UserName, session?.UserId, session?.UserName);
        var raw = Facts(row, redaction);
        raw["user"] = redaction.Apply(new JsonObject { ["userId"] = row.UserId ?? session?.UserId, ["userName"] = row.UserName ?? session?.UserName, ["conversation"] = session?.Conversation, ["thread"] = session?.Thread });
        raw["text"] = redaction.Text(row.Text);
        raw["extras"] = redaction.Apply(Parsed(row.Extras));
        raw["route"] = redaction.Apply(Parsed(row.Route));
        raw["error"] = row.Error is null ? null : redaction.Text(row.Error);
        raw["receipt"] = row.Receipt is null ? null : redaction.Text(row.Receipt);
        return raw;
    }

    /// <summary>Our own ids, states and times: nobody's secret and nobody's person.</summary>
    private static JsonObject Facts(Message row, PayloadRedaction redaction) => new()
    {
        ["id"] = row.Id.ToString(), ["session"] = row.SessionId.ToString(), ["channel"] = row.ChannelId.ToString(), ["seq"] = row.Seq, ["position"] = row.Position,
        ["author"] = Names.Of(row.From), ["agent"] = row.AgentId?.ToString(), ["externalId"] = redaction.Apply(JsonValue.Create(row.ExternalId), "externalId"),
        ["state"] = Names.Of(row.State), ["pending"] = row.Pending is { } pending ? Names.Of(pending) : null, ["dueAt"] = Time(row.DueAt),
        ["run"] = row.Run, ["index"] = row.Index, ["inReplyTo"] = row.InReplyToSeq, ["attempts"] = row.Attempts,
        ["at"] = Time(row.At), ["routedAt"] = Time(row.RoutedAt), ["dispatchedAt"] = Time(row.DispatchedAt), ["answeredAt"] = Time(row.AnsweredAt), ["deliveredAt"] = Time(row.DeliveredAt),
    };

    private static JsonNode? Time(DateTimeOffset? at) => at is { } time ? JsonValue.Create(time) : null;

    private static JsonNode? Parsed(string? json)
    {
        if (string.IsNullOrEmpty(json)) return null;
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            // shown as it is: this is where a fault is looked for
            return JsonValue.Create(json);
        }
    }
}

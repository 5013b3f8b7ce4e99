using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>Who did it: <c>kind</c> is <c>person</c>, <c>key</c> or <c>system</c>; the name is what they were called then.</summary>
public sealed record AuditActor(string Kind, Guid Id, string Name);

/// <summary>What it was done to, by its name then. The id is null where it has none.</summary>
public sealed record AuditSubject(Guid? Id, string? Name);

/// <summary>One thing that was done. <c>Before</c> and <c>After</c> hold the fields that differ, and never a secret.</summary>
public sealed record AuditView(Guid Id, DateTimeOffset At, AuditActor Actor, string Action, AuditSubject Target, JsonObject? Before, JsonObject? After, string? Address)
{
    /// <summary>The tenant; empty for what concerns the installation or a person alone.</summary>
    [JsonIgnore]
    public Guid Tenant { get; init; }

    internal static AuditView Of(AuditEntry row) => new(
        row.Id, row.At, new(KindOf(row.Actor), row.ActorId, row.ActorName), row.Action,
        new(row.TargetId == Guid.Empty ? null : row.TargetId, row.TargetName), Parse(row.Before), Parse(row.After), row.Address) { Tenant = row.TenantId };

    private static string KindOf(ActorKind kind) => kind switch { ActorKind.Person => "person", ActorKind.ApiKey => "key", _ => "system" };

    private static JsonObject? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            // an entry is shown even where its detail cannot be read
            return null;
        }
    }
}

/// <summary>What a list of entries is narrowed to; what is null does not narrow.</summary>
public sealed record AuditFilter
{
    /// <summary>The person or key, by id or by a part of the name.</summary>
    public string? Who { get; init; }

    /// <summary>An action (<c>channel.created</c>) or a group of them (<c>channel</c>).</summary>
    public string? Action { get; init; }

    /// <summary>What it was done to.</summary>
    public Guid? Target { get; init; }

    /// <summary>Occurs in names, action, address or the fields that changed, or is an id; the case of ASCII letters is ignored.</summary>
    public string? Text { get; init; }

    /// <summary>At or after that time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before that time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>One tenant, where all are seen; empty for what is no tenant's.</summary>
    public Guid? Tenant { get; init; }
}

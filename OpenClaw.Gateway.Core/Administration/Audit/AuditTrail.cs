using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>What something was done to.</summary>
internal readonly record struct AuditTarget(Guid Id, string? Name);

/// <summary>Notes who did what in the context that saves the change, so that neither is there without the other.</summary>
internal static class AuditTrail
{
    private const int MaxName = 256;

    /// <summary>As in answers, but telling apart names of fields that differ in case only.</summary>
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Web) { PropertyNameCaseInsensitive = false };

    /// <summary>Letters of all scripts as they are: a search looks for them, and pages encode what they show.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Adds an entry. <paramref name="before"/> and <paramref name="after"/> are views as people see them, which hold no secret; only
    /// the fields that differ are kept. Null = it was not there, or is not there any more.
    /// </summary>
    public static void Note(GatewayDbContext db, Caller caller, DateTimeOffset now, string action, AuditTarget target, object? before = null, object? after = null)
    {
        var (was, has) = AuditDiff.Of(ToNode(before), ToNode(after));
        db.Audit.Add(new()
        {
            Id = RowId.New(now), TenantId = caller.Tenant, At = now, Actor = caller.Kind, ActorId = caller.Id, ActorName = Cut(caller.Name)!,
            Action = action, TargetId = target.Id, TargetName = Cut(target.Name), Before = was?.ToJsonString(Readable), After = has?.ToJsonString(Readable), Address = caller.Address,
        });
    }

    private static JsonObject? ToNode(object? view) => view is null ? null : view as JsonObject ?? JsonSerializer.SerializeToNode(view, view.GetType(), Plain) as JsonObject;

    private static string? Cut(string? name) => name is { Length: > MaxName } ? name[..MaxName] : name;
}

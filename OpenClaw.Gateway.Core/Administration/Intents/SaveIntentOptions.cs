using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>Changes how a tenant's intents are recognised. A key belongs to its server: for another one it has to be given again.</summary>
public sealed class SaveIntentOptions
{
    private const int MaxModel = 200;
    private static readonly string[] Fields = ["threshold", "embeddings", "secrets"];

    private readonly ITenantDbFactory _databases;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal SaveIntentOptions(ITenantDbFactory databases, SecretProtector protector, ICatalog catalog, TimeProvider time) =>
        (_databases, _protector, _catalog, _time) = (databases, protector, catalog, time);

    /// <summary>Changes them by an RFC 7396 merge patch. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<IntentOptionsView>> PatchAsync(Caller caller, JsonElement patch, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return await Saving.MergingAsync(version, () => PatchOnceAsync(caller, patch, version, cancellationToken));
    }

    private async Task<AdminResult<IntentOptionsView>> PatchOnceAsync(Caller caller, JsonElement patch, int? version, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(caller.Tenant);
        var row = await db.IntentOptions.FirstOrDefaultAsync(cancellationToken);
        if (version is { } expected && expected != (row?.Version ?? 0)) return AdminResult.Stale<IntentOptionsView>();
        if (row is null) db.IntentOptions.Add(row = new() { TenantId = caller.Tenant });
        var secrets = await db.Secrets.Where(s => s.OwnerId == caller.Tenant && s.Name == IntentRows.KeyName).ToListAsync(cancellationToken);
        var before = IntentOptionsView.Of(row, secrets);
        var document = Document.Merge(Present(before), patch, Fields);
        Fill(row, document);
        var changes = SecretChanges.Read(patch, name => name == IntentRows.KeyName, (_, value) => FaultOfKey(value), document.Errors);
        CheckKey(before, row, secrets, changes, document.Errors);
        if (document.Errors.Any) return AdminResult.Invalid<IntentOptionsView>(document.Errors);
        var now = _time.GetUtcNow();
        changes.Apply(db, secrets, new(caller.Tenant, [], _ => ""), _protector, now);
        (row.Version, row.UpdatedAt) = (row.Version + 1, now);
        var after = IntentOptionsView.Of(row, secrets);
        AuditTrail.Note(db, caller, now, "intent-options.changed", new(caller.Tenant, "Recognition of intents"), before.Audited(), after.Audited());
        if (await Saving.TryAsync<IntentOptionsView>(db, cancellationToken) is { } failure) return failure;
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(after);
    }

    private static JsonObject Present(IntentOptionsView view) => new()
    {
        ["threshold"] = view.Threshold, ["embeddings"] = view.Embeddings is null ? null : new JsonObject { ["baseUrl"] = view.Embeddings.BaseUrl, ["model"] = view.Embeddings.Model },
    };

    private static void Fill(IntentOptions row, Document document)
    {
        row.Threshold = document.Share("threshold");
        (row.EmbeddingsUrl, row.EmbeddingsModel) = (null, null);
        if (document.IsAbsent("embeddings")) return;
        var server = document.Object("embeddings");
        foreach (var field in server.EnumerateObject().Where(f => f.Name is not ("baseUrl" or "model"))) document.Errors.Add($"embeddings.{field.Name}", "There is no such field. There are: baseUrl, model.");
        row.EmbeddingsUrl = Text(server, "baseUrl")?.Trim().TrimEnd('/');
        row.EmbeddingsModel = Text(server, "model")?.Trim();
        if (SaveEventWebhook.FaultOf(row.EmbeddingsUrl) is { } fault) document.Errors.Add("embeddings.baseUrl", fault.Replace("requests are signed instead", "give the key as the secret", StringComparison.Ordinal));
        else if (new Uri(row.EmbeddingsUrl!) is { Query.Length: > 0 } or { Fragment.Length: > 0 }) document.Errors.Add("embeddings.baseUrl", "Must have no ? and no #: /embeddings is added to it.");
        if (row.EmbeddingsModel is not { Length: > 0 and <= MaxModel } model || model.Any(char.IsControl)) document.Errors.Add("embeddings.model", $"A model's name has 1 to {MaxModel} characters.");
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>It becomes a header.</summary>
    private static string? FaultOfKey(string value) => value.All(c => c is > ' ' and < (char)127) ? null : "A key has no spaces, no line breaks and no letters beyond ASCII.";

    private static void CheckKey(IntentOptionsView before, IntentOptions row, List<Secret> secrets, SecretChanges changes, FieldErrors errors)
    {
        if (errors.Any || secrets.Count == 0 || changes.Any || before.Embeddings is not { } former || row.EmbeddingsUrl is not { } url) return;
        if (Origin(former.BaseUrl) != Origin(url)) errors.Add("secrets.embeddingsKey", "The key was given for another server. Give this server's key, or null for none.");
    }

    private static string Origin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);
}

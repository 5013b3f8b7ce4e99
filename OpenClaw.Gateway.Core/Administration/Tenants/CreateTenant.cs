using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Makes a tenant that works at once: with a web chat, and an echo agent that answers in it.</summary>
public sealed class CreateTenant
{
    private readonly ISystemDbFactory _databases;
    private readonly Channels.ChannelKinds _kinds;
    private readonly SecretProtector _protector;
    private readonly Invitations _invitations;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal CreateTenant(ISystemDbFactory databases, Channels.ChannelKinds kinds, SecretProtector protector, Invitations invitations, ICatalog catalog, TimeProvider time) =>
        (_databases, _kinds, _protector, _invitations, _catalog, _time) = (databases, kinds, protector, invitations, catalog, time);

    /// <summary>The gateway's own way: the new tenant's id, or what is wrong with the slug or the name.</summary>
    public async Task<AdminResult<Guid>> RunAsync(string slug, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var input = JsonSerializer.SerializeToElement(new { slug, name = string.IsNullOrWhiteSpace(name) ? null : name });
        var result = await RunAsync(Caller.System(Guid.Empty), input, cancellationToken);
        return result.Value is { } view ? AdminResult.Done(view.Id) : result.As<Guid>();
    }

    /// <summary>
    /// The owner's way: <c>{slug, name, quotas, admin, apiKey}</c>. <c>admin</c> is an e-mail address that is invited as the tenant's first
    /// admin, <c>apiKey</c> true makes its first key; link and key are shown in the answer only.
    /// </summary>
    public async Task<AdminResult<TenantView>> RunAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        var document = Document.Merge([], WithName(input), "slug", "name", "quotas", "admin", "apiKey");
        var (slug, name, quotas) = TenantInput.Read(document);
        TenantInput.CheckFree(slug, name, Guid.Empty, _catalog, document.Errors);
        var admin = Admin(document);
        var withKey = document.Flag("apiKey", absent: false);
        if (document.Errors.Any) return AdminResult.Invalid<TenantView>(document.Errors);
        await using var db = _databases.Create();
        var now = _time.GetUtcNow();
        var row = new Tenant { Id = RowId.New(now), Slug = slug, Name = name, CreatedAt = now, UpdatedAt = now, Version = 1 };
        TenantInput.Apply(row, slug, name, quotas);
        Add(db, row);
        var key = withKey ? AddKey(db, row) : null;
        AuditTrail.Note(db, caller with { Tenant = Guid.Empty }, now, "tenant.created", new(row.Id, row.Name), after: TenantView.Of(row));
        if (await Saving.TryAsync<TenantView>(db, cancellationToken) is { } failure) return Taken(failure);
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(TenantView.Of(row) with { ApiKey = key, Invitation = admin is null ? null : await InviteAsync(caller, row, admin) });
    }

    internal static AdminResult<TenantView> Taken(AdminResult<TenantView> failure)
    {
        if (failure.Status != AdminStatus.Invalid) return failure;
        var errors = new FieldErrors();
        errors.Add("slug", TenantInput.SlugTaken);
        return AdminResult.Invalid<TenantView>(errors);
    }

    private async Task<TenantInvitation?> InviteAsync(Caller caller, Tenant row, string email)
    {
        // the owner may do everything in every tenant, whatever the key that speaks for them is for
        var inviting = caller with { Tenant = row.Id, Scopes = Roles.OfOwner };
        var invited = await _invitations.CreateAsync(inviting, new(email, "admin"), CancellationToken.None);
        return invited.Value is { Link: { } link } view ? new(view.Email, link.AbsoluteUri, view.ExpiresAt) : null;
    }

    private static string? Admin(Document document)
    {
        if (document.IsAbsent("admin")) return null;
        var email = document.Text("admin")?.Trim();
        if (string.IsNullOrEmpty(email)) return null;
        if (!EmailRule.Fits(email)) document.Errors.Add("admin", EmailRule.Fault);
        return email;
    }

    private static TenantKey AddKey(GatewayDbContext db, Tenant row)
    {
        var value = ApiKeySecret.Make();
        var key = new ApiKey
        {
            Id = RowId.New(row.CreatedAt), TenantId = row.Id, Name = "First key", Hash = ApiKeySecret.Hash(value), Prefix = ApiKeySecret.Prefix(value),
            Scopes = string.Join(' ', Roles.ScopesOf(TenantRole.Admin)), CreatedAt = row.CreatedAt,
        };
        db.ApiKeys.Add(key);
        return new(key.Id, key.Name, value);
    }

    private void Add(GatewayDbContext db, Tenant row)
    {
        var now = row.CreatedAt;
        var agent = new Agent { Id = RowId.New(now), TenantId = row.Id, Kind = "echo", Name = "Echo", Enabled = true, CreatedAt = now, UpdatedAt = now, Version = 1 };
        var channel = new Channel { Id = RowId.New(now), TenantId = row.Id, Kind = "websocket", Name = "Web chat", Enabled = true, CreatedAt = now, UpdatedAt = now, Version = 1 };
        db.Tenants.Add(row);
        db.Settings.Add(new() { TenantId = row.Id, DefaultAgent = agent.Id, UpdatedAt = now, Version = 1 });
        db.Agents.Add(agent);
        db.Channels.Add(channel);
        if (_kinds.Find(channel.Kind) is not { } kind) return;
        foreach (var secret in kind.MadeSecrets)
        {
            var text = _protector.Protect(channel.Id, secret, new(kind.MakeSecret(secret)));
            db.Secrets.Add(new() { Id = RowId.New(now), TenantId = row.Id, OwnerId = channel.Id, Name = secret, Protected = text, UpdatedAt = now });
        }
    }

    /// <summary>A tenant without a name is called as its slug.</summary>
    private static JsonElement WithName(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object || input.TryGetProperty("name", out var name) && name.ValueKind != JsonValueKind.Null) return input;
        if (!input.TryGetProperty("slug", out var slug) || slug.ValueKind != JsonValueKind.String || !TenantInput.IsSlug(slug.GetString()!)) return input;
        var named = JsonNode.Parse(input.GetRawText())!.AsObject();
        named["name"] = NameOf(slug.GetString()!);
        return JsonSerializer.SerializeToElement(named);
    }

    private static string NameOf(string slug) => char.ToUpper(slug[0], CultureInfo.InvariantCulture) + slug[1..].Replace('-', ' ');
}

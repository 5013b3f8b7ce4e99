using System.Globalization;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Makes a tenant that works at once: with a web chat, and an echo agent that answers in it.</summary>
public sealed partial class CreateTenant
{
    private readonly ISystemDbFactory _databases;
    private readonly Channels.ChannelKinds _kinds;
    private readonly SecretProtector _protector;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal CreateTenant(ISystemDbFactory databases, Channels.ChannelKinds kinds, SecretProtector protector, ICatalog catalog, TimeProvider time) =>
        (_databases, _kinds, _protector, _catalog, _time) = (databases, kinds, protector, catalog, time);

    /// <summary>The new tenant's id, or what is wrong with the slug or the name.</summary>
    public async Task<AdminResult<Guid>> RunAsync(string slug, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        name = string.IsNullOrWhiteSpace(name) ? NameOf(slug) : name.Trim();
        var errors = new FieldErrors();
        if (!Slug().IsMatch(slug)) errors.Add("slug", "1 to 40 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.");
        if (name.Length > 0 && !NameRule.Fits(name)) errors.Add("name", NameRule.Fault);
        if (errors.Any) return AdminResult.Invalid<Guid>(errors);
        await using var db = _databases.Create();
        var tenant = Guid.CreateVersion7(_time.GetUtcNow());
        Add(db, tenant, slug, name);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure)
        {
            errors.Add("slug", "There is a tenant with that slug.");
            return failure.Status == AdminStatus.Invalid ? AdminResult.Invalid<Guid>(errors) : failure;
        }
        await _catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(tenant);
    }

    private void Add(GatewayDbContext db, Guid tenant, string slug, string name)
    {
        var now = _time.GetUtcNow();
        var agent = new Agent { Id = Guid.CreateVersion7(now), TenantId = tenant, Kind = "echo", Name = "Echo", Enabled = true, CreatedAt = now, UpdatedAt = now, Version = 1 };
        var channel = new Channel { Id = Guid.CreateVersion7(now), TenantId = tenant, Kind = "websocket", Name = "Web chat", Enabled = true, CreatedAt = now, UpdatedAt = now, Version = 1 };
        db.Tenants.Add(new() { Id = tenant, Slug = slug, Name = name, CreatedAt = now });
        db.Settings.Add(new() { TenantId = tenant, DefaultAgent = agent.Id, UpdatedAt = now, Version = 1 });
        db.Agents.Add(agent);
        db.Channels.Add(channel);
        if (_kinds.Find(channel.Kind) is not { } kind) return;
        foreach (var secret in kind.MadeSecrets)
        {
            var text = _protector.Protect(channel.Id, secret, new(kind.MakeSecret(secret)));
            db.Secrets.Add(new() { Id = Guid.CreateVersion7(now), TenantId = tenant, OwnerId = channel.Id, Name = secret, Protected = text, UpdatedAt = now });
        }
    }

    private static string NameOf(string slug) =>
        slug.Length == 0 ? "" : char.ToUpper(slug[0], CultureInfo.InvariantCulture) + slug[1..].Replace('-', ' ');

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Slug();
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>
/// At every start, after the migrations: the first tenant where there is none yet, and the API key of <c>Bootstrap:ApiKey</c> where it
/// is absent. Doing it twice changes nothing. The first person is the portal's matter.
/// </summary>
public sealed partial class Bootstrapper(
    ISystemDbFactory databases, CreateTenant create, ICatalog catalog, GatewayOptions options, TimeProvider time, ILogger<Bootstrapper> logger)
{
    private const string KeyName = "Bootstrap";

    /// <summary>Leaves the catalog loaded.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await catalog.ReloadAsync(cancellationToken);
        if (catalog.Tenants.Count == 0) await MakeTenantAsync(cancellationToken);
        if (!string.IsNullOrEmpty(options.Bootstrap.ApiKey)) await MakeKeyAsync(options.Bootstrap.ApiKey, cancellationToken);
    }

    private async Task MakeTenantAsync(CancellationToken cancellationToken)
    {
        var result = await create.RunAsync(options.Bootstrap.Tenant, cancellationToken: cancellationToken);
        if (result.Status == AdminStatus.Done)
        {
            LogTenantMade(logger, options.Bootstrap.Tenant, result.Value);
            return;
        }
        // Another node that starts at the same time may have been first.
        await catalog.ReloadAsync(cancellationToken);
        if (catalog.Tenants.Count == 0)
            throw new InvalidOperationException($"Bootstrap:Tenant is '{options.Bootstrap.Tenant}': {string.Join(" ", result.Errors.Values.SelectMany(e => e))}");
    }

    private async Task MakeKeyAsync(string key, CancellationToken cancellationToken)
    {
        if (!ApiKeySecret.IsWellFormed(key)) throw new InvalidOperationException("Bootstrap:ApiKey must be 'ock_' and at least 32 more characters, without spaces.");
        var hash = ApiKeySecret.Hash(key);
        await using var db = databases.Create();
        if (await db.ApiKeys.AnyAsync(k => k.Hash == hash, cancellationToken)) return;
        // set-up may have given the first tenant another slug
        var tenant = catalog.FindTenant(options.Bootstrap.Tenant) ?? catalog.Tenants.OrderBy(t => t.Id).FirstOrDefault();
        if (tenant is null)
        {
            LogNoTenant(logger, options.Bootstrap.Tenant);
            return;
        }

        var now = time.GetUtcNow();
        var names = await db.ApiKeys.Where(k => k.TenantId == tenant.Id).Select(k => k.Name).ToListAsync(cancellationToken);
        var name = Enumerable.Range(1, names.Count + 1).Select(i => i == 1 ? KeyName : $"{KeyName} {i}").First(n => !names.Contains(n));
        db.ApiKeys.Add(new()
        {
            Id = RowId.New(now), TenantId = tenant.Id, Name = name, Hash = hash, Prefix = ApiKeySecret.Prefix(key),
            Scopes = string.Join(' ', ApiScopeNames.All), CreatedAt = now,
        });
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is null) LogKeyMade(logger, name, tenant.Id);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Network;

/// <summary>Private destinations that tenants may name: those of the configuration, and those that the owner added in the portal.</summary>
/// <param name="Configured">From <c>Security:PrivateHosts</c>; changed there only.</param>
/// <param name="Added">From the portal.</param>
/// <param name="ChangedBy">Who changed <paramref name="Added"/> last.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="Version">Rises with every change.</param>
public sealed record NetworkView(IReadOnlyList<string> Configured, IReadOnlyList<string> Added, string? ChangedBy, DateTimeOffset? ChangedAt, int Version);

/// <summary>Reads and changes which private destinations the guard opens. A change holds for the next connection.</summary>
public sealed class NetworkSettings(ISystemDbFactory databases, PrivateHosts hosts, GatewayOptions options, TimeProvider time)
{
    private const string Name = DestinationForbiddenException.Key;
    private const int MaxEntries = 200;
    private const int MaxLength = 300;

    /// <summary>At start, once the database is there: what the owner added holds again.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create();
        Apply((await FindAsync(db, cancellationToken)).Saved.Hosts);
    }

    /// <summary>What is open now.</summary>
    public async Task<NetworkView> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        await using var db = databases.Create();
        return View((await FindAsync(db, cancellationToken)).Saved);
    }

    /// <summary>Replaces what was added. With <paramref name="version"/>: only when that is still the present one.</summary>
    public async Task<AdminResult<NetworkView>> SaveAsync(Caller caller, IReadOnlyList<string> added, int? version = null, CancellationToken cancellationToken = default)
    {
        Demand(caller);
        ArgumentNullException.ThrowIfNull(added);
        var entries = added.Select(e => e.Trim()).Where(e => e.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (Check(entries) is { Any: true } errors) return AdminResult.Invalid<NetworkView>(errors);
        await using var db = databases.Create();
        var (row, saved) = await FindAsync(db, cancellationToken);
        if (version is { } expected && expected != saved.Version) return AdminResult.Stale<NetworkView>();
        var now = new Saved(entries, caller.Name, time.GetUtcNow(), saved.Version + 1);
        if (row is null) db.InstallationValues.Add(row = new() { Name = Name, Value = "" });
        row.Value = JsonSerializer.Serialize(now);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "network.changed", new(Guid.Empty, Name), Audited(saved), Audited(now));
        if (await Saving.TryAsync<NetworkView>(db, cancellationToken) is { } failure) return failure;
        Apply(entries);
        return AdminResult.Done(View(now));
    }

    private static void Demand(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
    }

    private static FieldErrors Check(List<string> entries)
    {
        var errors = new FieldErrors();
        if (entries.Count > MaxEntries) errors.Add("hosts", $"Must have at most {MaxEntries} entries.");
        foreach (var (index, entry) in entries.Index())
        {
            if (entry.Length > MaxLength) errors.Add($"hosts[{index}]", $"Must have at most {MaxLength} characters.");
            else if (!PrivateHost.TryParse(entry, out _, out var fault)) errors.Add($"hosts[{index}]", fault + ".");
        }

        return errors;
    }

    private static async Task<(InstallationValue? Row, Saved Saved)> FindAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        var row = await db.InstallationValues.FirstOrDefaultAsync(v => v.Name == Name, cancellationToken);
        return (row, row is null ? Saved.Nothing : JsonSerializer.Deserialize<Saved>(row.Value) ?? Saved.Nothing);
    }

    private static JsonObject Audited(Saved saved) => new() { ["hosts"] = new JsonArray([.. saved.Hosts.Select(h => (JsonNode)h)]) };

    private void Apply(IEnumerable<string> added)
    {
        // an entry that another version took and this one does not is left out: closed is the safe side
        _ = PrivateHostList.TryParse(options.PrivateHosts.Concat(added), out var list, out _);
        hosts.Replace(list);
    }

    private NetworkView View(Saved saved) => new([.. options.PrivateHosts], saved.Hosts, saved.By, saved.At, saved.Version);

    private sealed record Saved(IReadOnlyList<string> Hosts, string? By, DateTimeOffset? At, int Version)
    {
        public static Saved Nothing { get; } = new([], null, null, 0);
    }
}

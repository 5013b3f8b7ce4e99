using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Jobs;

/// <summary>
/// When each job runs. What somebody set stands in the gateway's own database, beside its audit: a scheduler's store that is lost loses
/// none of it, and a default that a later version changes holds where nobody chose otherwise.
/// </summary>
public sealed class JobTimings(ISystemDbFactory databases, IEnumerable<IMaintenanceJob> jobs)
{
    private const string Prefix = "job:";

    /// <summary>Of every job there is.</summary>
    public async Task<IReadOnlyList<JobTiming>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var set = await SetAsync(db, cancellationToken);
        return [.. jobs.Select(j => set.GetValueOrDefault(j.Name, SetTiming.Nothing).For(j))];
    }

    internal static async Task<Dictionary<string, SetTiming>> SetAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        var rows = await db.InstallationValues.AsNoTracking().Where(v => v.Name.StartsWith(Prefix)).ToListAsync(cancellationToken);
        return rows.ToDictionary(r => r.Name[Prefix.Length..], SetTiming.Of, StringComparer.Ordinal);
    }

    internal static Task<InstallationValue?> FindAsync(GatewayDbContext db, string job, CancellationToken cancellationToken)
    {
        var name = Prefix + job;
        return db.InstallationValues.FirstOrDefaultAsync(v => v.Name == name, cancellationToken);
    }

    internal static void Put(GatewayDbContext db, InstallationValue? row, string job, SetTiming timing)
    {
        if (row is null) db.InstallationValues.Add(row = new() { Name = Prefix + job, Value = "" });
        row.Value = JsonSerializer.Serialize(timing);
    }
}

/// <summary>What somebody set for a job; a cron of null is its default.</summary>
internal sealed record SetTiming(string? Cron, bool Paused, int Version)
{
    public static SetTiming Nothing { get; } = new(null, false, 0);

    public static SetTiming Of(InstallationValue? row) => row is null ? Nothing : JsonSerializer.Deserialize<SetTiming>(row.Value) ?? Nothing;

    public JobTiming For(IMaintenanceJob job) => new(job.Name, Cron ?? job.DefaultCron, Paused);
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>The database's own upkeep, as it knows it.</summary>
internal sealed class DatabaseJob(IDatabase database) : IMaintenanceJob
{
    public string Name => "database";

    public string Title => "Database upkeep";

    public string Summary => "Checks the tables for damage, renews the figures that queries are planned by, and gives room in the write-ahead log back. Items are tables.";

    public string DefaultCron => "0 20 4 * * ?";

    public Task RunAsync(JobProgress progress, CancellationToken cancellationToken) => database.OptimizeAsync(progress, cancellationToken);
}

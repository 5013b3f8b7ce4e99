using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>A fault drill as people see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>agent</c> or <c>channel</c>.</param>
/// <param name="Subject">The agent or channel.</param>
/// <param name="Name">Its name now; null when it was deleted.</param>
/// <param name="State"><c>running</c>, <c>ended</c> (its time was over) or <c>stopped</c> (before).</param>
/// <param name="Faults">What it puts in the way.</param>
/// <param name="Seed">Which calls are hit follows from it: the same seed hits the same ones, counted from the start.</param>
/// <param name="StartedBy">Who started it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Hits">Calls that it disturbed.</param>
public sealed record DrillView(
    Guid Id, string Kind, Guid Subject, string? Name, string State, DrillFaults Faults, long Seed, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset Until, DateTimeOffset? EndedAt, long Hits)
{
    internal static DrillView Of(Drill row, ICatalog catalog, DateTimeOffset now, long? hits = null)
    {
        var (faults, seed) = DrillFaults.Stored(row.Faults);
        var state = row.EndedAt is { } ended && ended < row.Until ? "stopped" : row.EndedAt is not null || row.Until <= now ? "ended" : "running";
        return new(
            row.Id, row.Kind == SubjectKind.Agent ? "agent" : "channel", row.SubjectId, NameOf(row, catalog), state, faults, seed, row.StartedBy, row.StartedAt, row.Until,
            row.EndedAt ?? (row.Until <= now ? row.Until : null), hits ?? row.Hits);
    }

    private static string? NameOf(Drill row, ICatalog catalog) => row.Kind == SubjectKind.Agent
        ? catalog.FindAgent(row.SubjectId) is { } agent && agent.Tenant.Id == row.TenantId ? agent.Name : null
        : catalog.FindChannel(row.SubjectId) is { } channel && channel.Tenant.Id == row.TenantId ? channel.Name : null;
}

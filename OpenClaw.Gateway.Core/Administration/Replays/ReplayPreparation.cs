using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>
/// Writes down which dead letters a replay takes, in the order of their messages, before the first of them begins: what fails while it runs is not taken
/// in. Slice by slice, so that no list of all is in memory and nobody who writes meanwhile waits long. One that a restart cut off begins anew.
/// </summary>
internal sealed class ReplayPreparation(ISystemDbFactory databases, Journal journal)
{
    private const int Slice = 250;
    private const string LeftOut = "Left out for its risk: its agent or platform has it, or may have it.";
    private const int Removed = 500;

    public async Task RunAsync(Replay replay, CancellationToken cancellationToken)
    {
        await ClearAsync(replay.Id, cancellationToken);
        var selection = ReplaySelection.Parse(replay.Selection);
        var slice = new List<(Guid Letter, bool Out)>();
        var first = 1;
        await using var db = databases.Create();
        var letters = selection.On(db.DeadLetters.AsNoTracking().Where(d => d.TenantId == replay.TenantId), replay.StartedAt)
            .OrderBy(d => d.Position).ThenBy(d => d.Id).Select(d => new { d.Id, d.Risk }).AsAsyncEnumerable();
        await foreach (var letter in letters.WithCancellation(cancellationToken))
        {
            slice.Add((letter.Id, !replay.Shadow && selection.LeavesOut(letter.Risk)));
            if (slice.Count < Slice) continue;
            await WriteAsync(replay, slice, first);
            first += slice.Count;
            slice.Clear();
        }

        if (slice.Count > 0) await WriteAsync(replay, slice, first);
        var id = replay.Id;
        await journal.WorkAsync(rows => rows.Replays.Where(r => r.Id == id && r.State == ReplayStates.Preparing).ExecuteUpdate(set => set.SetProperty(r => r.State, ReplayStates.Running)));
    }

    private async Task ClearAsync(Guid replay, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var removed = await journal.WorkAsync(rows =>
            {
                rows.Replays.Where(r => r.Id == replay).ExecuteUpdate(set => set.SetProperty(r => r.Total, 0).SetProperty(r => r.Skipped, 0));
                return rows.ReplayItems.Where(i => i.ReplayId == replay && i.Ordinal <= rows.ReplayItems.Where(o => o.ReplayId == replay).Min(o => o.Ordinal) + Removed).ExecuteDelete();
            });
            if (removed == 0) return;
        }
    }

    private Task<int> WriteAsync(Replay replay, List<(Guid Letter, bool Out)> slice, int first) => journal.WorkAsync(rows =>
    {
        Insert(rows, replay, slice, first);
        var (all, left) = (slice.Count, slice.Count(s => s.Out));
        return rows.Replays.Where(r => r.Id == replay.Id).ExecuteUpdate(set => set.SetProperty(r => r.Total, r => r.Total + all).SetProperty(r => r.Skipped, r => r.Skipped + left));
    });

    /// <summary>One statement for all: the journal's thread has no time for a tracked object and a statement each.</summary>
    private static void Insert(GatewayDbContext rows, Replay replay, List<(Guid Letter, bool Out)> slice, int first)
    {
        var isUuid = rows.Database.ProviderName?.Contains("Npgsql", StringComparison.Ordinal) == true; // elsewhere a GUID is 16 bytes
        var values = new List<object>(slice.Count + 3) { Id(replay.Id), Id(replay.TenantId), LeftOut };
        var sql = new StringBuilder("""INSERT INTO "ReplayItems" ("ReplayId", "Ordinal", "TenantId", "LetterId", "State", "Detail") VALUES """);
        foreach (var (index, (letter, isOut)) in slice.Index())
        {
            if (index > 0) sql.Append(", ");
            sql.Append(CultureInfo.InvariantCulture, $"({{0}}, {first + index}, {{1}}, {{{values.Count}}}, '{(isOut ? ReplayItemStates.Skipped : ReplayItemStates.Waiting)}', {(isOut ? "{2}" : "NULL")})");
            values.Add(Id(letter));
        }

        rows.Database.ExecuteSqlRaw(sql.ToString(), values);

        object Id(Guid id) => isUuid ? id : id.ToByteArray(bigEndian: true);
    }
}

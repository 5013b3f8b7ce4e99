using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>
/// The ledger of times in which messages may have been missed. A gap is written down when it begins and when it was caught up with, so that one that a dead
/// process left is still open at the next start. It keeps ninety days.
/// </summary>
internal sealed class GapLedger(Journal journal, ISystemDbFactory databases, TimeProvider time)
{
    private const int LongestReason = 400;
    private const int LongestDetail = 2_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>The gap that an earlier run left open, or null.</summary>
    public async Task<ChannelGap?> FindOpenAsync(Guid channel, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.ChannelGaps.AsNoTracking().Where(g => g.ChannelId == channel && g.EndedAt == null).OrderBy(g => g.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>A gap begins.</summary>
    public async Task<ChannelGap> OpenAsync(ChannelModel channel, DateTimeOffset since, string reason)
    {
        var row = Row(channel, since, reason);
        await WriteAsync(row);
        return row;
    }

    /// <summary>It was caught up with.</summary>
    public Task CloseAsync(ChannelGap gap, int recovered, int? missed, string? detail)
    {
        var now = time.GetUtcNow();
        detail = Cut(detail, LongestDetail);
        return journal.WorkAsync(db => db.ChannelGaps.Where(g => g.Id == gap.Id).ExecuteUpdate(s => s
            .SetProperty(g => g.EndedAt, now).SetProperty(g => g.Recovered, recovered).SetProperty(g => g.Missed, missed).SetProperty(g => g.Detail, detail)));
    }

    /// <summary>One that is over already.</summary>
    public Task NoteAsync(ChannelModel channel, DateTimeOffset since, int recovered, int? missed, string reason, string? detail)
    {
        var row = Row(channel, since, reason);
        (row.EndedAt, row.Recovered, row.Missed, row.Detail) = (time.GetUtcNow(), recovered, missed, Cut(detail, LongestDetail));
        return WriteAsync(row);
    }

    private ChannelGap Row(ChannelModel channel, DateTimeOffset since, string reason) => new()
    {
        Id = RowId.New(time.GetUtcNow()), TenantId = channel.Tenant.Id, ChannelId = channel.Id, StartedAt = since, Reason = Cut(reason, LongestReason)!,
    };

    private Task<bool> WriteAsync(ChannelGap row)
    {
        var before = time.GetUtcNow() - Kept;
        return journal.WorkAsync(db =>
        {
            db.ChannelGaps.Where(g => g.ChannelId == row.ChannelId && g.StartedAt < before && g.EndedAt != null).ExecuteDelete();
            db.ChannelGaps.Add(row);
            db.SaveInJournal();
            return true;
        });
    }

    private static string? Cut(string? text, int most) => text?.Length > most ? text[..most] : text;
}

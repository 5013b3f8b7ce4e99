using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>A stored message of a user, as far as rules look at it.</summary>
internal sealed record StoredMessage(long Position, Guid Id, Guid ChannelId, Guid SessionId, long Seq, string? UserId, string Text, string? Extras, Guid? AgentId, string? Route);

/// <summary>
/// Reads the messages of a tenant's users by their key, a stretch at a time: each statement looks at a bounded number of rows, whosever they are, so
/// that none holds a thread or the write-ahead log for long.
/// </summary>
internal sealed class BacktestMessages(ITenantDbFactory databases, ISystemDbFactory all)
{
    private const int CountedRows = 20_000;

    /// <summary>The end of the stretch that begins behind a position and has about that many rows; null behind the last.</summary>
    public async Task<long?> EndAsync(long after, long until, int rows, CancellationToken cancellationToken)
    {
        await using var db = all.Create();
        var left = db.Messages.Where(m => m.Position > after && m.Position <= until).OrderBy(m => m.Position).Select(m => (long?)m.Position);
        return await left.Skip(rows - 1).FirstOrDefaultAsync(cancellationToken) ?? (await left.AnyAsync(cancellationToken) ? until : null);
    }

    /// <summary>How many there are. Between two statements <paramref name="rest"/> may wait.</summary>
    public async Task<long> CountAsync(Guid tenant, long after, long until, Func<Task> rest, CancellationToken cancellationToken)
    {
        var count = 0L;
        await using var db = databases.Create(tenant);
        while (await EndAsync(after, until, CountedRows, cancellationToken) is { } end)
        {
            var from = after;
            count += await db.Messages.LongCountAsync(m => m.Position > from && m.Position <= end && m.From == MessageFrom.User, cancellationToken);
            after = end;
            await rest();
        }

        return count;
    }

    /// <summary>Those of a stretch, in the order in which they came.</summary>
    public async Task<IReadOnlyList<StoredMessage>> ReadAsync(Guid tenant, long after, long end, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        return await db.Messages.AsNoTracking().Where(m => m.Position > after && m.Position <= end && m.From == MessageFrom.User).OrderBy(m => m.Position)
            .Select(m => new StoredMessage(m.Position, m.Id, m.ChannelId, m.SessionId, m.Seq, m.UserId, m.Text, m.Extras, m.AgentId, m.Route)).ToListAsync(cancellationToken);
    }
}

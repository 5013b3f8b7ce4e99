using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>Notes in the database. Written in the journal's groups, so that a busy connection costs no commit of its own.</summary>
internal sealed class ChannelMemory(Journal journal, ISystemDbFactory databases, IDataProtectionProvider protection, TimeProvider time) : IChannelMemory
{
    private const string Sealed = "~";
    private const int LongestName = 200;
    private const int LongestValue = 100_000;

    /// <inheritdoc />
    public IChannelNotes Of(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return new Notes(this, channel.Id, channel.Tenant.Id);
    }

    private string Open(Guid channel, string value) => value.StartsWith(Sealed, StringComparison.Ordinal) ? For(channel).Unprotect(value[1..]) : value;

    private sealed class Notes(ChannelMemory memory, Guid channel, Guid tenant) : IChannelNotes
    {
        public async ValueTask<string?> GetAsync(string name, CancellationToken cancellationToken)
        {
            var now = memory.Now;
            await using var db = memory.Database();
            var value = await db.ChannelNotes.AsNoTracking().Where(n => n.ChannelId == channel && n.Name == name && (n.ExpiresAt == null || n.ExpiresAt > now)).Select(n => n.Value).FirstOrDefaultAsync(cancellationToken);
            return value is null ? null : memory.Open(channel, value);
        }

        public async ValueTask<IReadOnlyDictionary<string, string>> ListAsync(string prefix, CancellationToken cancellationToken)
        {
            var now = memory.Now;
            await using var db = memory.Database();
            var rows = await db.ChannelNotes.AsNoTracking().Where(n => n.ChannelId == channel && n.Name.StartsWith(prefix) && (n.ExpiresAt == null || n.ExpiresAt > now))
                .Select(n => new { n.Name, n.Value }).ToListAsync(cancellationToken);
            return rows.ToDictionary(r => r.Name, r => memory.Open(channel, r.Value), StringComparer.Ordinal);
        }

        public async ValueTask SetAsync(IReadOnlyCollection<KeyValuePair<string, string?>> values, TimeSpan? keep, bool secret, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(values);
            var now = memory.Now;
            var rows = new List<ChannelNote>(values.Count);
            foreach (var (name, value) in values)
            {
                if (name.Length is 0 or > LongestName) throw new ArgumentException($"A note's name has 1 to {LongestName} characters.", nameof(values));
                if (value?.Length > LongestValue) throw new ArgumentException($"A note has at most {LongestValue} characters.", nameof(values));
                var stored = value is null ? "" : secret ? Sealed + memory.Protect(channel, value) : value;
                rows.Add(new() { ChannelId = channel, TenantId = tenant, Name = name, Value = stored, UpdatedAt = now, ExpiresAt = value is null ? now : now + keep });
            }

            await memory.WriteAsync(channel, rows).WaitAsync(cancellationToken);
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private GatewayDbContext Database() => databases.Create();

    private string Protect(Guid channel, string value) => For(channel).Protect(value);

    private IDataProtector For(Guid channel) => protection.CreateProtector("channel-notes", channel.ToString("N"));

    /// <summary>A value that has expired at once is a removal. What has expired goes with it.</summary>
    private Task<int> WriteAsync(Guid channel, List<ChannelNote> rows)
    {
        var now = Now;
        return journal.WorkAsync(db =>
        {
            db.ChannelNotes.Where(n => n.ChannelId == channel && n.ExpiresAt != null && n.ExpiresAt <= now).ExecuteDelete();
            foreach (var row in rows)
            {
                var isGone = row.ExpiresAt <= row.UpdatedAt;
                if (isGone) db.ChannelNotes.Where(n => n.ChannelId == channel && n.Name == row.Name).ExecuteDelete();
                else if (db.ChannelNotes.Where(n => n.ChannelId == channel && n.Name == row.Name).ExecuteUpdate(s => s
                    .SetProperty(n => n.Value, row.Value).SetProperty(n => n.UpdatedAt, row.UpdatedAt).SetProperty(n => n.ExpiresAt, row.ExpiresAt)) == 0) db.ChannelNotes.Add(row);
            }

            db.SaveInJournal();
            return rows.Count;
        });
    }
}

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>
/// The table of conversations that a platform renamed. A conversation's sessions stay under the first id that it had; what is sent goes to the newest. Few
/// conversations are ever renamed: a channel's are in memory from its first message on.
/// </summary>
internal sealed class ConversationAliases : IConversationAliases
{
    private readonly Journal _journal;
    private readonly ISystemDbFactory _databases;
    private readonly TimeProvider _time;
    private readonly PerChannel<Names> _channels;

    public ConversationAliases(Journal journal, ISystemDbFactory databases, ICatalog catalog, TimeProvider time)
    {
        (_journal, _databases, _time) = (journal, databases, time);
        _channels = new(catalog, ReadAsync);
    }

    /// <inheritdoc />
    public async ValueTask<string> CurrentAsync(ChannelModel channel, string conversation, CancellationToken cancellationToken) =>
        (await _channels.GetAsync(channel.Id, cancellationToken)).Newest.GetValueOrDefault(conversation, conversation);

    /// <inheritdoc />
    public async ValueTask<string> RootAsync(ChannelModel channel, string conversation, CancellationToken cancellationToken) =>
        (await _channels.GetAsync(channel.Id, cancellationToken)).Roots.GetValueOrDefault(conversation, conversation);

    /// <inheritdoc />
    public async ValueTask RenameAsync(ChannelModel channel, string before, string now, CancellationToken cancellationToken)
    {
        var names = await _channels.GetAsync(channel.Id, cancellationToken);
        var root = names.Roots.GetValueOrDefault(before, before);
        if (now == root || names.Newest.GetValueOrDefault(root) == now) return;
        var row = new ConversationAlias { ChannelId = channel.Id, TenantId = channel.Tenant.Id, Alias = now, Conversation = root, At = _time.GetUtcNow() };
        await _journal.WorkAsync(db =>
        {
            db.ConversationAliases.Where(a => a.ChannelId == row.ChannelId && a.Alias == row.Alias).ExecuteDelete();
            db.ConversationAliases.Add(row);
            db.SaveInJournal();
            return true;
        });
        names.Add(row);
    }

    private async Task<Names> ReadAsync(Guid channel)
    {
        await using var db = _databases.Create();
        var names = new Names();
        foreach (var row in await db.ConversationAliases.AsNoTracking().Where(a => a.ChannelId == channel).OrderBy(a => a.At).ToListAsync()) names.Add(row);
        return names;
    }

    private sealed class Names
    {
        public ConcurrentDictionary<string, string> Roots { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, string> Newest { get; } = new(StringComparer.Ordinal);

        public void Add(ConversationAlias row) => (Roots[row.Alias], Newest[row.Conversation]) = (row.Conversation, row.Alias);
    }
}

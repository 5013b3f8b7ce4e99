using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>A mail that is in the book.</summary>
internal sealed record KnownMail(MailHead Head, string Thread, string UserId, string TextHash, Guid? ReplyId, Guid? SessionId, DateTimeOffset At)
{
    /// <summary>The gateway sent it.</summary>
    public bool IsOwn => ReplyId is not null;

    public static KnownMail Of(MailEntry row) => new(MailHead.FromJson(row.Head), row.Thread, row.UserId, row.TextHash, row.ReplyId, row.SessionId, row.At);
}

/// <summary>The mails of a channel that later ones may be joined to. Kept for <see cref="Kept"/>; written in the journal's groups.</summary>
internal sealed class MailBook(Journal journal, ISystemDbFactory databases, TimeProvider time)
{
    /// <summary>So long an answer finds its thread by what it refers to.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const int MostAsked = 100;
    private const int LongestId = 400;
    private const int LongestUser = 400;

    /// <summary>The id that a mail is known by in the gateway: its Message-ID; of one that is too long, a hash.</summary>
    public static string KeyOf(string messageId) => messageId.Length <= LongestId ? messageId : $"<{MailIds.Hash(messageId)}@long-id.invalid>";

    /// <summary>That of a mail whose Message-ID another one has.</summary>
    public static string KeyOf(string messageId, string difference) =>
        $"{(messageId.Length <= LongestId - 20 ? messageId : $"<{MailIds.Hash(messageId)}@long-id.invalid>")}#{MailIds.Hash(difference)[..12]}";

    /// <summary>Those of these Message-IDs that are known, in the order asked for; at most the first hundred are looked at.</summary>
    public async ValueTask<IReadOnlyList<KnownMail>> FindAsync(ChannelModel channel, IReadOnlyList<string> messageIds, CancellationToken cancellationToken)
    {
        if (messageIds.Count == 0) return [];
        var hashes = messageIds.Take(MostAsked).Select(MailIds.Hash).ToList();
        await using var db = databases.Create();
        var rows = await db.MailEntries.AsNoTracking().Where(m => m.ChannelId == channel.Id && hashes.Contains(m.Hash)).ToDictionaryAsync(m => m.Hash, cancellationToken);
        return [.. hashes.Distinct(StringComparer.Ordinal).Where(rows.ContainsKey).Select(h => KnownMail.Of(rows[h]))];
    }

    /// <summary>The newest mails of a thread, newest first.</summary>
    public async ValueTask<IReadOnlyList<KnownMail>> LatestAsync(ChannelModel channel, string thread, int count, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.MailEntries.AsNoTracking().Where(m => m.ChannelId == channel.Id && m.Thread == thread).OrderByDescending(m => m.At).Take(count).ToListAsync(cancellationToken);
        return rows.ConvertAll(KnownMail.Of);
    }

    /// <summary>The newest mails from and to an address in any thread since then, newest first.</summary>
    public async ValueTask<IReadOnlyList<KnownMail>> LatestOfAsync(ChannelModel channel, string userId, DateTimeOffset since, int count, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.MailEntries.AsNoTracking().Where(m => m.TenantId == channel.Tenant.Id && m.UserId == userId && m.ChannelId == channel.Id && m.At >= since).OrderByDescending(m => m.At).Take(count).ToListAsync(cancellationToken);
        return rows.ConvertAll(KnownMail.Of);
    }

    /// <summary>Writes one down; one that is there already stays. Durable at return.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="head">What its answer needs.</param>
    /// <param name="thread">Its conversation.</param>
    /// <param name="userId">Who wrote it, or whom it went to.</param>
    /// <param name="textHash">Of the text that is new in it.</param>
    /// <param name="sent">The reply that it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="id">What it is known by where that is not its Message-ID.</param>
    public Task AddAsync(ChannelModel channel, MailHead head, string thread, string userId, string textHash, (Guid Reply, Guid Session)? sent, CancellationToken cancellationToken, string? id = null)
    {
        var row = new MailEntry
        {
            ChannelId = channel.Id, TenantId = channel.Tenant.Id, Hash = MailIds.Hash(id ?? head.MessageId), Thread = thread, UserId = userId.Length <= LongestUser ? userId : userId[..LongestUser],
            Head = head.ToJson(), TextHash = textHash, ReplyId = sent?.Reply, SessionId = sent?.Session, At = time.GetUtcNow(),
        };
        return journal.WorkAsync(db =>
        {
            if (db.MailEntries.AsNoTracking().Any(m => m.ChannelId == row.ChannelId && m.Hash == row.Hash)) return false;
            db.MailEntries.Add(row);
            db.SaveInJournal();
            return true;
        }).WaitAsync(cancellationToken);
    }
}

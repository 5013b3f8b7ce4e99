using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Email.Held;

/// <summary>Mails that were not handled as messages: each a row with its reason and its place in the mailbox, some with their raw source.</summary>
internal sealed class HeldMails(Journal journal, ISystemDbFactory databases, BlobIntake blobs, TimeProvider time)
{
    /// <summary>So long people can look at them.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Batch = 200;
    private const int LongestDetail = 2_000;
    private const int LongestSender = 400;

    /// <summary>Writes one down; held again, it has the newest reason. Durable at return.</summary>
    public async Task HoldAsync(ChannelModel channel, string place, HoldReason reason, MailHead? head, long size, AttachmentRef? source)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(reason);
        var (now, sender) = (time.GetUtcNow(), head?.From is { Length: > 0 } from ? from : null);
        var replaced = await journal.WorkAsync(db =>
        {
            var row = db.HeldMessages.FirstOrDefault(h => h.ChannelId == channel.Id && h.Place == place);
            (Guid Source, long Size)? before = row is { Source: { } blob } ? (blob, row.SourceSize) : null;
            if (row is null)
            {
                row = new() { Id = RowId.New(now), TenantId = channel.Tenant.Id, ChannelId = channel.Id, Place = place, Reason = reason.Name, Detail = "", At = now };
                db.HeldMessages.Add(row);
            }

            (row.Reason, row.Detail, row.Sender, row.Subject, row.Size) = (reason.Name, Cut(reason.Detail, LongestDetail), sender is null ? null : Cut(sender, LongestSender), head?.Subject, size);
            (row.Source, row.SourceSize, row.IsReleased) = (source?.Blob, source?.Size ?? 0, false);
            db.SaveInJournal();
            return before;
        });
        if (replaced is { } gone) await blobs.DiscardAsync(channel.Tenant.Id, gone.Source, gone.Size);
    }

    /// <summary>Those that a person has let in.</summary>
    public async Task<IReadOnlyList<HeldMessage>> ReleasedAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await using var db = databases.Create();
        return await db.HeldMessages.AsNoTracking().Where(h => h.ChannelId == channel.Id && h.IsReleased).OrderBy(h => h.Id).ToListAsync(cancellationToken);
    }

    /// <summary>It was handled: nothing is held any more.</summary>
    public Task RemoveAsync(HeldMessage held) => RemoveAsync([held]);

    /// <summary>It could not be let in.</summary>
    public Task KeepAsync(HeldMessage held, string why)
    {
        ArgumentNullException.ThrowIfNull(held);
        return journal.WorkAsync(db => db.HeldMessages.Where(h => h.Id == held.Id).ExecuteUpdate(s => s.SetProperty(h => h.IsReleased, false).SetProperty(h => h.Detail, Cut(why, LongestDetail))));
    }

    /// <summary>Takes out what nobody has looked at for <see cref="Kept"/>, with the sources; how many.</summary>
    public async Task<int> PruneAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Kept;
        await using var db = databases.Create();
        var old = db.HeldMessages.AsNoTracking().Where(h => h.At < before);
        if (isDryRun) return await old.CountAsync(cancellationToken);
        var count = 0;
        while (await old.OrderBy(h => h.At).Take(Batch).ToListAsync(cancellationToken) is { Count: > 0 } rows)
        {
            await RemoveAsync(rows);
            count += rows.Count;
        }

        return count;
    }

    /// <summary>Takes out rows with their sources.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<HeldMessage> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var ids = rows.Select(h => h.Id).ToList();
        await journal.WorkAsync(db => db.HeldMessages.Where(h => ids.Contains(h.Id)).ExecuteDelete());
        foreach (var row in rows)
            if (row.Source is { } source) await blobs.DiscardAsync(row.TenantId, source, row.SourceSize);
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}

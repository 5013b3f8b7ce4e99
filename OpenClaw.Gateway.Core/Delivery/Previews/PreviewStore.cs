using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Delivery.Previews;

/// <summary>The previews that platforms show, so that none is left behind when the process dies.</summary>
internal sealed class PreviewStore(Journal journal, ISystemDbFactory databases)
{
    /// <summary>Those that an earlier run left.</summary>
    public async Task<List<AnswerPreview>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.AnswerPreviews.AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Durable at return.</summary>
    public Task SaveAsync(AnswerPreview row) => journal.WorkAsync(db =>
    {
        db.AnswerPreviews.Where(p => p.MessageId == row.MessageId && p.Run == row.Run && p.Index == row.Index).ExecuteDelete();
        db.AnswerPreviews.Add(row);
        db.SaveInJournal();
        return true;
    });

    /// <summary>It is a reply now, or gone.</summary>
    public Task RemoveAsync(AnswerPreview row) =>
        journal.WorkAsync(db => db.AnswerPreviews.Where(p => p.MessageId == row.MessageId && p.Run == row.Run && p.Index == row.Index).ExecuteDelete());
}

using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>A private note about a session, for the tenant's people alone.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Text">Text.</param>
/// <param name="At">When.</param>
public sealed record NoteView(Guid Id, string Author, string Text, DateTimeOffset At);

/// <summary>Private notes about sessions. Never sent to a user or an agent; they stay when the session is archived.</summary>
public sealed class SessionNoteBook(ITenantDbFactory databases, TimeProvider time)
{
    /// <summary>The longest note, in characters.</summary>
    public const int MaxText = 4_000;

    /// <summary>A session's notes, newest first; null when the tenant has no such session.</summary>
    public async Task<Page<NoteView>?> ListAsync(Guid tenant, Guid session, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        if (!await db.Sessions.AnyAsync(s => s.Id == session, cancellationToken)) return null;
        var notes = db.SessionNotes.AsNoTracking().Where(n => n.SessionId == session);
        if (Cursor.Parse(page.After) is { } from) notes = notes.Where(n => n.Id < from.Id);
        var rows = await notes.OrderByDescending(n => n.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(View)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>Adds a note; null when the tenant has no such session. Throws <see cref="InvalidInputException"/> for an empty or too long text.</summary>
    public async Task<NoteView?> AddAsync(Caller caller, Guid session, string? text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > MaxText) throw new InvalidInputException("text", $"Must have 1 to {MaxText} characters.");
        await using var db = databases.Create(caller.Tenant);
        if (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session, cancellationToken) is not { } row) return null;
        var now = time.GetUtcNow();
        var note = new SessionNote { Id = RowId.New(now), SessionId = session, AuthorId = caller.Id, AuthorName = caller.Name, Text = text, At = now };
        db.SessionNotes.Add(note);
        // the note itself stands in its own table: the audit is no second place for it
        AuditTrail.Note(db, caller, now, "session.noted", new(session, row.UserName ?? row.UserId), null, new JsonObject { ["note"] = note.Id.ToString() });
        await db.SaveChangesAsync(cancellationToken);
        return View(note);
    }

    private static NoteView View(SessionNote row) => new(row.Id, row.AuthorName, row.Text, row.At);
}

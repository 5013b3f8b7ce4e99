using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>One of several people of a session, to be taken out of it.</summary>
/// <param name="User">The platform's id.</param>
/// <param name="Pseudonym">What stands in its place.</param>
/// <param name="IsNamedIn">Whether a text names them.</param>
internal sealed record LeavingPerson(string User, string Pseudonym, Func<string?, bool> IsNamedIn);

/// <summary>
/// Takes one person out of a session that others share: their messages and the replies to them are blanked, and so is what agents and operators wrote
/// that names them; a pseudonym stands in the place of their id. What other people wrote stays as it is.
/// </summary>
internal sealed class SharedSessionCleaner(
    ISystemDbFactory databases, Journal journal, SessionTurns turns, Lazy<ILiveSessions> live, ArchiveReader archive, IArchivedSessions archived, AttachmentRemoval attachments)
{
    /// <summary>In place of a text.</summary>
    public const string Erased = "[erased]";
    private const int Slice = 200;

    /// <summary>Null when there is no such session any more. Throws <see cref="SessionInUseException"/> or <see cref="ArchiveFaultException"/>.</summary>
    public async Task<RemovedSession?> RunAsync(Guid tenant, Guid session, LeavingPerson person, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == session && s.TenantId == tenant, cancellationToken) is not { } row) return null;
        var isArchived = await archive.FindAsync(session, tenant, cancellationToken) is not null;
        var pass = new Pass(row, person);
        if (isArchived) await CleanArchivedAsync(row, pass, cancellationToken);
        else await CleanLiveAsync(row, pass, cancellationToken);
        var notes = await RemoveNotesAsync(session, person, cancellationToken);
        return new(pass.Blanked, pass.Letters, pass.Files, notes, isArchived);
    }

    private async Task CleanLiveAsync(Session row, Pass pass, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(row.Id, cancellationToken);
        using var taken = live.Value.TryTake(row.RootId, row.Id) ?? throw new SessionInUseException(row.Id);
        if (!await journal.CatchUpAsync(row.Id, cancellationToken)) throw new IOException("Nothing is removed while the database takes no writes.");
        await using var db = databases.Create();
        for (long after = 0; await db.EntriesAfter(row.Id, after, Slice).ToListAsync(cancellationToken) is { Count: > 0 } slice; after = slice[^1].Seq)
        {
            var marked = slice.FindAll(pass.Concerns);
            if (marked.Count == 0) continue;
            await RemoveWithAsync(row, pass, marked, cancellationToken);
            await journal.WorkAsync(rows => Blank(rows, marked, pass.Person));
        }

        await ChangeRowAsync(row, pass.Person);
    }

    private async Task CleanArchivedAsync(Session row, Pass pass, CancellationToken cancellationToken)
    {
        using (var transcript = await archive.OpenAsync(row.Id, row.TenantId, cancellationToken))
        {
            foreach (var part in Concerned(transcript, pass).Chunk(Slice)) await RemoveWithAsync(row, pass, part, cancellationToken);
        }

        // The transcript has the row at its head: first the row.
        await ChangeRowAsync(row, pass.Person);
        var writing = new Pass(row, pass.Person);
        if (!await archived.RewriteAsync(row.Id, message => writing.Concerns(message) ? Blanked(message, pass.Person) : message, cancellationToken)) throw new SessionInUseException(row.Id);
    }

    private static IEnumerable<Message> Concerned(ArchivedTranscript? transcript, Pass pass)
    {
        while (transcript?.Next() is { } message)
            if (pass.Concerns(message)) yield return message;
    }

    /// <summary>Files and dead letters go before the messages that lead to them.</summary>
    private async Task RemoveWithAsync(Session row, Pass pass, IReadOnlyList<Message> marked, CancellationToken cancellationToken)
    {
        pass.Files += await attachments.RemoveAsync(row.TenantId, row.RootId, row.Id, [.. marked.SelectMany(m => AttachmentRemoval.Named(m.Extras))], cancellationToken);
        var ids = marked.Select(m => m.Id).ToArray();
        pass.Letters += await journal.WorkAsync(rows => MessageTraces.Remove(rows, ids));
        pass.Blanked += marked.Count;
    }

    private static int Blank(GatewayDbContext rows, List<Message> marked, LeavingPerson person)
    {
        var positions = marked.ConvertAll(m => m.Position);
        var theirs = marked.Where(m => m.From == MessageFrom.User && m.UserId is not null).Select(m => m.Position).ToList();
        rows.Messages.Where(m => theirs.Contains(m.Position)).ExecuteUpdate(set => set.SetProperty(m => m.UserId, person.Pseudonym));
        rows.Messages.Where(m => positions.Contains(m.Position) && m.From == MessageFrom.User).ExecuteUpdate(set => set
            .SetProperty(m => m.UserName, (string?)null).SetProperty(m => m.ExternalId, (string?)null).SetProperty(m => m.Route, (string?)null));
        return rows.Messages.Where(m => positions.Contains(m.Position)).ExecuteUpdate(set => set
            .SetProperty(m => m.Text, Erased).SetProperty(m => m.Extras, (string?)null).SetProperty(m => m.Error, (string?)null).SetProperty(m => m.Receipt, (string?)null));
    }

    private static Message Blanked(Message message, LeavingPerson person)
    {
        (message.Text, message.Extras, message.Error, message.Receipt) = (Erased, null, null, null);
        if (message.From != MessageFrom.User) return message;
        (message.UserName, message.ExternalId, message.Route) = (null, null, null);
        if (message.UserId is not null) message.UserId = person.Pseudonym;
        return message;
    }

    private Task<int> ChangeRowAsync(Session row, LeavingPerson person)
    {
        var (id, user, pseudonym) = (row.Id, person.User, person.Pseudonym);
        var (context, preferences, settings, tools, note) = (Kept(row.Context), Kept(row.Preferences), Kept(row.AgentSettings), Kept(row.Tools), Kept(row.NoteToAgent));
        return journal.WorkAsync(rows =>
        {
            rows.EventDeliveries.Where(d => d.SessionId == id).ExecuteDelete(); // bodies hold words and names of all who are in it
            rows.Sessions.Where(s => s.Id == id && s.UserId == user).ExecuteUpdate(set => set.SetProperty(s => s.UserId, pseudonym).SetProperty(s => s.UserName, (string?)null));
            return rows.Sessions.Where(s => s.Id == id).ExecuteUpdate(set => set
                .SetProperty(s => s.Context, context).SetProperty(s => s.Preferences, preferences).SetProperty(s => s.AgentSettings, settings)
                .SetProperty(s => s.Tools, tools).SetProperty(s => s.NoteToAgent, note));
        });

        string? Kept(string? text) => person.IsNamedIn(text) ? null : text;
    }

    private async Task<int> RemoveNotesAsync(Guid session, LeavingPerson person, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var notes = await db.SessionNotes.AsNoTracking().Where(n => n.SessionId == session).Select(n => new { n.Id, n.Text }).ToListAsync(cancellationToken);
        var named = notes.Where(n => person.IsNamedIn(n.Text)).Select(n => n.Id).ToArray();
        return named.Length == 0 ? 0 : await db.WriteAsync(d => d.SessionNotes.Where(n => named.Contains(n.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    /// <summary>One walk over a session's messages in order: replies come after what they answer.</summary>
    private sealed class Pass(Session row, LeavingPerson person)
    {
        private readonly HashSet<long> _theirs = [];

        public LeavingPerson Person => person;

        public long Blanked { get; set; }

        public int Letters { get; set; }

        public int Files { get; set; }

        public bool Concerns(Message message)
        {
            if (message.From != MessageFrom.User) return (message.InReplyToSeq is { } seq && _theirs.Contains(seq)) || person.IsNamedIn(message.Text) || person.IsNamedIn(message.Extras);
            // A walk that was cut off has left the pseudonym in the place of the id.
            if ((message.UserId ?? row.UserId) is var author && author != person.User && author != person.Pseudonym) return false;
            _theirs.Add(message.Seq);
            return true;
        }
    }
}

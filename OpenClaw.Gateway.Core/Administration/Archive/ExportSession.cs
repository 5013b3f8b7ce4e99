using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Archive;

/// <summary>A conversation to be written to a file: its session (an <see cref="ArchivedSessionView"/> where it is archived), and its entries as they are read.</summary>
public sealed record ExportedSession(SessionView Session, IAsyncEnumerable<MessageView> Messages);

/// <summary>
/// Gives out whole conversations, archived or live, entry by entry, so that one of 100,000 costs no more memory than a page. It changes
/// nothing, and yet is noted: what people said leaves the gateway.
/// </summary>
public sealed class ExportSession
{
    private const int Portion = 200;

    private readonly ITenantDbFactory _databases;
    private readonly SessionQueries _sessions;
    private readonly ArchiveQueries _archive;
    private readonly ArchiveReader _reader;
    private readonly IEntryIndex _index;
    private readonly MessageViews _views;
    private readonly TimeProvider _time;

    internal ExportSession(ITenantDbFactory databases, SessionQueries sessions, ArchiveQueries archive, ArchiveReader reader, IEntryIndex index, IFileLinks links, TimeProvider time) =>
        (_databases, _sessions, _archive, _reader, _index, _views, _time) = (databases, sessions, archive, reader, index, new(links), time);

    /// <summary>
    /// The conversation, or null when the tenant has none of that id. Throws <see cref="ArchiveFaultException"/> before anything is given out
    /// when its transcript cannot be read whole.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="session">The session.</param>
    /// <param name="format">What it is written as: for the note.</param>
    /// <param name="archivedOnly">Only where it is archived.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ExportedSession?> RunAsync(Caller caller, Guid session, string format, bool archivedOnly = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        SessionView? view = await _archive.GetAsync(caller.Tenant, session, cancellationToken);
        if (view is not null) await CheckAsync(caller.Tenant, session, cancellationToken);
        else if (!archivedOnly) view = await _sessions.GetAsync(caller.Tenant, session, cancellationToken);
        if (view is null) return null;
        await using var db = _databases.Create(caller.Tenant);
        AuditTrail.Note(db, caller, _time.GetUtcNow(), "session.exported", new(session, view.User.Name ?? view.User.Id), after: new JsonObject { ["format"] = format, ["messages"] = view.Messages });
        await db.SaveChangesAsync(cancellationToken);
        var reports = await DeliveryReports.OfSessionAsync(db, session, cancellationToken);
        return new(view, ToViewsAsync(EntriesAsync(caller.Tenant, session, cancellationToken), reports, cancellationToken));
    }

    /// <summary>A fault in the middle could not be told any more once the file is on its way.</summary>
    private async Task CheckAsync(Guid tenant, Guid session, CancellationToken cancellationToken)
    {
        using var transcript = await _reader.OpenAsync(session, tenant, cancellationToken);
        while (transcript?.Next() is not null) cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>From rows or from the transcript, whichever there is: a session may be archived or restored while it is read.</summary>
    private async IAsyncEnumerable<Message> EntriesAsync(Guid tenant, Guid session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (last, wasArchived) = (0L, false);
        do
        {
            using (var transcript = await _reader.OpenAsync(session, tenant, cancellationToken))
            {
                wasArchived = transcript is not null;
                while (transcript?.Next() is { } message)
                {
                    if (message.Seq <= last) continue;
                    yield return message;
                    last = message.Seq;
                }
            }

            while (await RowsAsync(tenant, session, last, cancellationToken) is { Count: > 0 } rows)
            {
                foreach (var row in rows) yield return row;
                last = rows[^1].Seq;
            }
        }
        while (!wasArchived && await _reader.FindAsync(session, tenant, cancellationToken) is not null);
    }

    private async Task<List<Message>> RowsAsync(Guid tenant, Guid session, long after, CancellationToken cancellationToken)
    {
        await _index.CatchUpAsync(session, cancellationToken);
        await using var db = _databases.Create(tenant);
        return await db.EntriesAfter(session, after, Portion).ToListAsync(cancellationToken);
    }

    /// <summary>An answer stands behind its question, so one pass knows them all.</summary>
    private async IAsyncEnumerable<MessageView> ToViewsAsync(IAsyncEnumerable<Message> entries, DeliveryReports reports, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var questions = new Dictionary<long, Guid>();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (entry.From == MessageFrom.User) questions[entry.Seq] = entry.Id;
            yield return reports.With(_views.Of(entry, entry.InReplyToSeq is { } seq && questions.TryGetValue(seq, out var question) ? question : null));
        }
    }
}

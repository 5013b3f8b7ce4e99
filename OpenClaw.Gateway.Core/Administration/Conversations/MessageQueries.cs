using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Reads the entries of sessions, those of archived ones from their transcripts.</summary>
public sealed class MessageQueries(ITenantDbFactory databases, IFileLinks links, IEntryIndex index, IArchivedEntries? archive = null)
{
    private const int MostFailures = 200;
    private const int MostLetters = 50;
    private const int MostLater = 500;
    private const int MostQuoted = 160;
    private readonly MessageViews _views = new(links);

    /// <summary>
    /// Entries of a session, oldest first, from after <see cref="PageRequest.After"/> on (a seq). <see cref="Page{T}.Next"/> leads to
    /// later ones. An unknown session has none.
    /// </summary>
    public async Task<Page<MessageView>> ListAsync(Guid tenant, Guid session, PageRequest page, CancellationToken cancellationToken = default)
    {
        var after = Seq(page.After, "after") ?? 0;
        await using var db = databases.Create(tenant);
        await index.CatchUpAsync(session, cancellationToken);
        var rows = await db.EntriesAfter(session, after, page.Size + 1).ToListAsync(cancellationToken);
        if (archive is not null && (rows.Count == 0 || rows[0].Seq != after + 1))
            rows = (await archive.ReadAsync(session, after, page.Size + 1, cancellationToken, tenant))?.ToList() ?? rows;
        var more = Cut(rows, page.Size);
        return new(await ToViewsAsync(db, session, rows, cancellationToken), more ? Text(rows[^1].Seq) : null);
    }

    /// <summary>
    /// The newest entries of a session, or those before the seq <paramref name="before"/>, also oldest first: for a transcript that is
    /// read upwards. <see cref="Page{T}.Next"/> is the next <paramref name="before"/> and leads to earlier ones.
    /// </summary>
    public async Task<Page<MessageView>> ListBackwardsAsync(Guid tenant, Guid session, int limit, string? before = null, CancellationToken cancellationToken = default)
    {
        var size = new PageRequest(limit).Size;
        var end = Seq(before, "before") ?? long.MaxValue;
        await using var db = databases.Create(tenant);
        await index.CatchUpAsync(session, cancellationToken);
        var rows = await db.EntriesBefore(session, end, size + 1).ToListAsync(cancellationToken);
        if (archive is not null && rows.Count <= size && (rows.Count == 0 || rows[^1].Seq != 1))
            rows = (await archive.ReadBackwardsAsync(session, end, size + 1, cancellationToken, tenant))?.ToList() ?? rows;
        var more = Cut(rows, size);
        rows.Reverse();
        return new(await ToViewsAsync(db, session, rows, cancellationToken), more ? Text(rows[0].Seq) : null);
    }

    /// <summary>
    /// The numbers of a session's entries that hold a text (ignoring the case of ASCII letters), newest first, at most
    /// <paramref name="limit"/>. An archived session has none here: its words are in the archive's index.
    /// </summary>
    public async Task<IReadOnlyList<long>> SearchAsync(Guid tenant, Guid session, string text, int limit, CancellationToken cancellationToken = default)
    {
        if (LikePattern.Part(text) is not { } pattern) return [];
        await using var db = databases.Create(tenant);
        await index.CatchUpAsync(session, cancellationToken);
        return await db.EntriesOf(session).Where(m => EF.Functions.Like(m.Text, pattern, LikePattern.Escape)).OrderByDescending(m => m.Seq).Select(m => m.Seq).Take(limit)
            .ToListAsync(cancellationToken);
    }

    /// <summary>One entry with its stages, route and replies, or null when the tenant has none of that id.</summary>
    public async Task<MessageTrace?> GetAsync(Guid tenant, Guid message, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        if (await FindAsync(db, message, cancellationToken) is not { } row) return null;
        await index.CatchUpAsync(row.SessionId, cancellationToken);
        var replies = await RepliesAsync(db, row, cancellationToken);
        var letters = row.State == MessageState.Dead || row.Run > 0
            ? await db.DeadLetters.AsNoTracking().Where(d => d.MessageId == message).OrderByDescending(d => d.Id).Take(MostLetters).ToListAsync(cancellationToken)
            : [];
        letters.Reverse();
        var dead = row.State == MessageState.Dead ? letters.LastOrDefault() : null;
        var questions = await QuestionsAsync(db, row.SessionId, [row], cancellationToken);
        return _views.Trace(row, Question(row, questions)?.Id, replies, await DeliveryViews.ReadAsync(db, [row, .. replies], cancellationToken), dead, await FailuresAsync(db, row, cancellationToken), letters) with
        {
            Runs = row is { From: MessageFrom.User, Attempts: > 0 } or { From: MessageFrom.User, Run: > 0 } ? await AgentRunViews.ReadAsync(db, message, cancellationToken) : null,
        };
    }

    /// <summary>What is on record of a message's requests; most have never failed and cost no look.</summary>
    private static async Task<List<Attempt>> FailuresAsync(GatewayDbContext db, Message row, CancellationToken cancellationToken) =>
        row is not ({ From: MessageFrom.User, Attempts: > 0 } or { From: MessageFrom.User, Run: > 0 }) ? [] : await db.Attempts.AsNoTracking().Where(a => a.MessageId == row.Id).OrderBy(a => a.Id).Take(MostFailures).ToListAsync(cancellationToken);

    internal static Task<Message?> FindAsync(GatewayDbContext db, Guid message, CancellationToken cancellationToken) =>
        MessagePosition.TryRange(message, out var first, out var last)
            ? db.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Position >= first && m.Position <= last && m.Id == message, cancellationToken)
            : Task.FromResult<Message?>(null);

    /// <summary>A reply stands behind its question in the same session: one range of the index, whatever the table's size.</summary>
    private static async Task<List<Message>> RepliesAsync(GatewayDbContext db, Message question, CancellationToken cancellationToken) =>
        question.From != MessageFrom.User ? [] : await db.EntriesOf(question.SessionId, question.Seq)
            .Where(m => m.InReplyToSeq == question.Seq)
            .OrderBy(m => m.Seq).ToListAsync(cancellationToken);

    private async Task<IReadOnlyList<MessageView>> ToViewsAsync(GatewayDbContext db, Guid session, List<Message> rows, CancellationToken cancellationToken)
    {
        var questions = await QuestionsAsync(db, session, rows, cancellationToken);
        var answers = await LaterAnswersAsync(db, session, rows, cancellationToken);
        var replayed = await ReplayedTextsAsync(db, rows, cancellationToken);
        var reports = await DeliveryReports.ReadAsync(db, rows, cancellationToken);
        return reports.Over(rows.Select(r => _views.InSession(r, Question(r, questions), answers.GetValueOrDefault(r.Seq), replayed.GetValueOrDefault(r.Id))));
    }

    /// <summary>The entries that these rows answer, by seq.</summary>
    private async Task<Dictionary<long, QuestionView>> QuestionsAsync(GatewayDbContext db, Guid session, List<Message> rows, CancellationToken cancellationToken)
    {
        var known = rows.ToDictionary(r => r.Seq, View);
        var missing = rows.Where(r => r.InReplyToSeq is { } seq && !known.ContainsKey(seq)).Select(r => r.InReplyToSeq!.Value).Distinct().ToArray();
        if (missing.Length == 0) return known;
        var found = await db.EntriesAt(session, missing).ToListAsync(cancellationToken);
        foreach (var question in found) known[question.Seq] = View(question);
        if (archive is null || found.Count == missing.Length) return known;
        foreach (var question in await archive.ReadAtAsync(session, missing, cancellationToken, db.TenantId) ?? []) known[question.Seq] = View(question);
        return known;
    }

    /// <summary>
    /// Where the first answer to those stands that are answered by none of these rows, as after a replay. Looked for among the next entries only: a question
    /// that was answered later still has its answer, which leads to it.
    /// </summary>
    private static async Task<Dictionary<long, QuestionView>> LaterAnswersAsync(GatewayDbContext db, Guid session, List<Message> rows, CancellationToken cancellationToken)
    {
        var answered = rows.Where(r => r.InReplyToSeq is not null).Select(r => r.InReplyToSeq!.Value).ToHashSet();
        var open = rows.Where(r => r is { From: MessageFrom.User, State: MessageState.Answered } && !answered.Contains(r.Seq)).Select(r => r.Seq).ToArray();
        if (open.Length == 0) return [];
        var later = await db.EntriesAfter(session, rows[^1].Seq, MostLater).Where(m => m.InReplyToSeq != null && open.Contains(m.InReplyToSeq.Value))
            .ToListAsync(cancellationToken);
        return later.GroupBy(l => l.InReplyToSeq!.Value).ToDictionary(g => g.Key, g => View(g.MinBy(l => l.Seq)!));
    }

    /// <summary>The texts that replays took in place of those that their users wrote; only what has begun anew can have one.</summary>
    private static async Task<Dictionary<Guid, string>> ReplayedTextsAsync(GatewayDbContext db, List<Message> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Where(r => r is { From: MessageFrom.User, Run: > 0 }).Select(r => r.Id).ToArray();
        if (ids.Length == 0) return [];
        var changed = await db.DeadLetters.AsNoTracking().Where(d => ids.Contains(d.MessageId) && d.ReplayPayload != null).OrderBy(d => d.Id)
            .Select(d => new { d.MessageId, d.ReplayPayload }).ToListAsync(cancellationToken);
        return changed.GroupBy(c => c.MessageId).ToDictionary(g => g.Key, g => ReplayPayload.Parse(g.Last().ReplayPayload!).Text ?? "");
    }

    private static QuestionView View(Message row) => new(row.Id, row.Seq, row.Text.Length > MostQuoted ? $"{row.Text[..(char.IsHighSurrogate(row.Text[MostQuoted - 1]) ? MostQuoted - 1 : MostQuoted)]}…" : row.Text);

    private static QuestionView? Question(Message row, Dictionary<long, QuestionView> questions) => row.InReplyToSeq is { } seq ? questions.GetValueOrDefault(seq) : null;

    private static bool Cut(List<Message> rows, int size)
    {
        if (rows.Count <= size) return false;
        rows.RemoveAt(size);
        return true;
    }

    private static string Text(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    private static long? Seq(string? text, string field)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq
            : throw new InvalidInputException(field, "This is not a cursor that a list has given.");
    }
}

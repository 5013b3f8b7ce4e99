using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Writes into sessions from outside the road: late answers, operators, scripts.</summary>
internal sealed class SessionWriter(
    SessionTable sessions, ConversationStore store, Journal journal, MessagePosition positions, ICatalog catalog, GatewayOptions options,
    Pipeline pipeline, ReplayingMessages replaying, IJournalHealth health, TimeProvider time) : ISessionWriter
{
    /// <inheritdoc />
    public async ValueTask<AppendOutcome> AppendAsync(
        Guid tenant, Guid session, MessageFrom from, IReadOnlyList<AgentReply> messages, Guid? inReplyTo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.FirstOrDefault(m => m.Text.Length > options.Limits.MaxMessageBytes) is not null)
            return AppendOutcome.Refused(AppendRefusal.TooLarge, $"A text has more than {options.Limits.MaxMessageBytes} bytes (Limits:MaxMessageBytes).");
        if (health.Fault is { } fault) return AppendOutcome.Refused(AppendRefusal.Overloaded, fault);
        var question = inReplyTo is { } asked ? await store.FindMessageAsync(session, asked, cancellationToken) : null;
        if (await HoldAsync(tenant, session, cancellationToken) is not { } live)
        {
            return await store.LoadAsync(session, 0, cancellationToken) is { } ended && ended.Session.TenantId == tenant
                ? AppendOutcome.Refused(AppendRefusal.Ended, "The session was ended; nothing can be added to it.")
                : AppendOutcome.Refused(AppendRefusal.NoSession, "There is no such session.");
        }

        if (inReplyTo is not null && question is null)
        {
            live.Release();
            return AppendOutcome.Refused(AppendRefusal.NoQuestion, "The session has no message of that id.");
        }

        var now = Micros.Now(time);
        var agent = from == MessageFrom.Agent ? question?.AgentId ?? live.Record.AgentId : Guid.Empty;
        var name = from == MessageFrom.Agent ? catalog.FindAgent(agent)?.Name : null;
        var entries = messages.Select((m, i) => Pipeline.Entry(live, from, name, m, positions.Next(), question, question?.Run ?? 0, i, agent, now)).ToList();
        // an answer that was given up comes all the same: then nobody needs to replay the question
        var isLate = question is { State: MessageState.Dead } && from == MessageFrom.Agent;
        var answers = isLate || (question is { State: MessageState.Waiting } && from == MessageFrom.Agent);
        if (answers)
        {
            question!.AnsweredAt = now;
            replaying.Attach(question);
        }

        var written = new Written(pipeline, live);
        journal.Append(new ConcludeEntry(live, answers ? question : null, written) { Replies = entries, HoldsMailbox = false, Settles = from == MessageFrom.Operator ? OwnRoutes.Operator : null, Also = isLate ? rows => Resolve(rows, question!.Id) : null });
        await written.Task.WaitAsync(cancellationToken);
        return AppendOutcome.Appended([.. entries.Select(e => e.Id)]);
    }

    private void Resolve(GatewayDbContext rows, Guid question)
    {
        var now = time.GetUtcNow();
        rows.DeadLetters.Where(d => d.MessageId == question && d.State == DeadLetterStates.Open).ExecuteUpdate(set => set
            .SetProperty(d => d.State, DeadLetterStates.Replayed).SetProperty(d => d.ResolvedAt, now).SetProperty(d => d.ResolvedBy, "The agent, with a late answer"));
    }

    /// <inheritdoc />
    public async ValueTask<bool> PatchAsync(Guid tenant, Guid session, SessionPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (await HoldAsync(tenant, session, cancellationToken) is not { } live) return false;
        var entry = new PatchEntry(live, patch);
        journal.Append(entry);
        await entry.Task.WaitAsync(cancellationToken);
        return true;
    }

    /// <summary>The live session, kept in memory until what is appended is told of.</summary>
    private async Task<LiveSession?> HoldAsync(Guid tenant, Guid session, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await sessions.FindAsync(tenant, session, cancellationToken) is not { } live) return null;
            if (live.TryHold()) return live;
        }
    }

    private sealed class PatchEntry(LiveSession session, SessionPatch patch) : JournalEntry
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private (byte[]? Context, byte[]? Preferences, byte[]? Settings, byte[]? Tools) _before;

        public Task Task => _done.Task;

        public override void AddTo(JournalGroup group, long now)
        {
            var row = session.Record;
            _before = (row.Context, row.Preferences, row.AgentSettings, row.Tools);
            if (patch.Context is { } context) row.Context = MergePatch.Apply(row.Context, context);
            if (patch.Preferences is { } preferences) row.Preferences = MergePatch.Apply(row.Preferences, preferences);
            if (patch.AgentSettings is { } settings) row.AgentSettings = MergePatch.Apply(row.AgentSettings, settings);
            if (patch.Tools is { } tools) row.Tools = Encoding.UTF8.GetBytes(tools.GetRawText());
            row.Changed = true;
            group.Touch(row, now);
        }

        public override void Undo() => (session.Record.Context, session.Record.Preferences, session.Record.AgentSettings, session.Record.Tools) = _before;

        public override void Committed()
        {
            session.Release();
            _done.TrySetResult();
        }

        public override void Refused(Exception cause)
        {
            session.Release();
            _done.TrySetException(new IOException("The session could not be stored; try again.", cause));
        }
    }
}

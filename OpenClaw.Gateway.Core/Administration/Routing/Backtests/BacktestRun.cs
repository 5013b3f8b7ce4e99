using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Routing.Trials;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>What a run needs.</summary>
internal sealed record BacktestTools(
    ITenantDbFactory Databases, BacktestMessages Messages, RuleTrials Trials, ICatalog Catalog, IIntentRecognizer Intents, TimeProvider Time, ArchiveReader Archive);

/// <summary>One back-test: goes through the stored messages once and asks both sides about each, with the facts as they were when it came.</summary>
internal sealed class BacktestRun
{
    private const int RowsAtOnce = 500;
    private const int SessionsAtOnce = 100;
    private readonly BacktestTools _tools;
    private readonly Guid _tenant;
    private readonly DateTimeOffset _since;
    private readonly RuleTrial _live, _tried;
    private readonly SessionPaths _paths;
    private readonly BacktestPace _pace;
    private readonly BacktestTally _tally = new();
    private readonly bool _needsIntent;

    public BacktestRun(BacktestTools tools, Guid tenant, DateTimeOffset since, RuleSetModel live, RuleSetModel tried)
    {
        (_tools, _tenant, _since) = (tools, tenant, since);
        (_live, _tried) = (tools.Trials.Of(tenant, live), tools.Trials.Of(tenant, tried));
        (_paths, _pace) = (new(tools.Databases, tenant), new(tools.Time));
        _needsIntent = _live.NeedsIntent || _tried.NeedsIntent;
    }

    /// <summary>How many messages there are.</summary>
    public long Total { get; private set; }

    /// <summary>How many of them were judged.</summary>
    public long Judged { get; private set; }

    /// <summary>What was found so far. Only between two pieces of work: by <paramref name="told"/> of <see cref="RunAsync"/>, or when it is over.</summary>
    public BacktestResult Result => _tally.ToResult(_live.WasCutShort || _tried.WasCutShort, _needsIntent);

    /// <param name="told">Called after each piece of work.</param>
    /// <param name="cancellationToken">Ends it between two pieces.</param>
    public async Task RunAsync(Func<Task> told, CancellationToken cancellationToken)
    {
        var (after, until) = (MessagePosition.At(_since) - 1, MessagePosition.At(_tools.Time.GetUtcNow().AddMilliseconds(1)));
        Total = await _tools.Messages.CountAsync(_tenant, after, until, () => _pace.RestAsync(cancellationToken), cancellationToken);
        await told();
        while (await _tools.Messages.EndAsync(after, until, RowsAtOnce, cancellationToken) is { } end)
        {
            await JudgeAsync(await _tools.Messages.ReadAsync(_tenant, after, end, cancellationToken), cancellationToken);
            after = end;
            await told();
            await _pace.RestAsync(cancellationToken);
        }

        await ArchiveAsync(told, cancellationToken);
        Total = Judged; // what was removed meanwhile is not there to be judged
    }

    private async Task JudgeAsync(IReadOnlyList<StoredMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0) return;
        _live.Refresh();
        _tried.Refresh();
        await _paths.LoadAsync(messages, cancellationToken);
        foreach (var message in messages) await JudgeAsync(message, _paths.Of(message.SessionId), archived: false, cancellationToken);
    }

    private async ValueTask JudgeAsync(StoredMessage message, SessionPath path, bool archived, CancellationToken cancellationToken)
    {
        Judged++;
        var (text, last) = (Utf8Text.From(message.Text), path.Last);
        if (message.AgentId is { } had && had != Guid.Empty) path.Last = had;
        if (_tools.Catalog.FindChannel(message.ChannelId) is not { } channel || channel.Tenant.Id != _tenant || (channel.UserCommands && UserCommands.Of(text) is not null))
        {
            _tally.Skip();
            return;
        }

        var extras = MessageExtras.FromJson(message.Extras);
        var assigned = message.Route?.Contains(RouteReasons.Assigned.Why, StringComparison.Ordinal) == true;
        var facts = new RouteFacts(
            text, message.UserId ?? path.UserId, extras?.Attachments is { Count: > 0 }, assigned && message.AgentId is { } own ? own : last, assigned, extras?.IsGroup == true, extras?.Mail?.Subject)
        {
            Intent = _needsIntent ? await _tools.Intents.RecognizeAsync(_tenant, text, cancellationToken) : default,
        };
        var (live, tried) = (_live.Judge(channel, facts), _tried.Judge(channel, facts));
        _tally.Add(new(message.Id, message.SessionId, message.Seq, message.Position, archived), live, tried, follows: path.HasMoved && tried.IsUnmatched);
        // a rule, or an assignment, says anew where the conversation is; without one it stays where it was
        if (tried.To.Kind == DestinationKind.Drop) return;
        if (live.To != tried.To) path.HasMoved = true;
        else if (!tried.IsUnmatched) path.HasMoved = false;
    }

    /// <summary>Conversations that were archived since: each transcript is read once, from its beginning.</summary>
    private async Task ArchiveAsync(Func<Task> told, CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (true)
        {
            await using var db = _tools.Databases.Create(_tenant);
            var sessions = await db.ArchivedSessions.AsNoTracking().Where(a => a.LastActivityAt >= _since && a.RowsRemoved && a.SessionId > after)
                .OrderBy(a => a.SessionId).Select(a => a.SessionId).Take(SessionsAtOnce).ToListAsync(cancellationToken);
            foreach (var session in sessions)
            {
                await TranscriptAsync(session, cancellationToken);
                await told();
                await _pace.RestAsync(cancellationToken);
            }

            if (sessions.Count < SessionsAtOnce) return;
            after = sessions[^1];
        }
    }

    private async Task TranscriptAsync(Guid session, CancellationToken cancellationToken)
    {
        try
        {
            using var transcript = await _tools.Archive.OpenAsync(session, _tenant, cancellationToken);
            if (transcript is null) return; // restored meanwhile
            var path = new SessionPath { UserId = transcript.Session.UserId };
            while (transcript.Next() is { } row)
            {
                if (row.From == MessageFrom.User && row.At >= _since)
                {
                    Total++;
                    await JudgeAsync(new(row.Position, row.Id, row.ChannelId, session, row.Seq, row.UserId, row.Text, row.Extras, row.AgentId, row.Route), path, archived: true, cancellationToken);
                }
                else if (row is { From: MessageFrom.User, AgentId: { } had }) path.Last = had;
            }
        }
        catch (ArchiveFaultException)
        {
            // the archive's own check tells of it; here it is counted
            _tally.Unreadable++;
        }
    }
}

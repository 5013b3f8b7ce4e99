using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>The sessions in memory: found by root id, loaded on demand, given back when idle.</summary>
internal sealed partial class SessionTable(
    ConversationStore store, Journal journal, MessagePosition positions, Lazy<IMailboxHandler> handler, IEventBus events, LiveFigures figures, UsageMeter usage, TenantLoads loads,
    Lazy<IArchivedSessions> archive, ReplayingMessages replaying, TimeProvider time, ILogger<SessionTable> log, IOutboxLanes? outbox = null) : ISessionHub, ISessionIntake, ILiveSessions, ITenantRemoval, IDisposable
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RestAfter = TimeSpan.FromSeconds(10);

    /// <summary>What idle sessions may keep of what was said in them, all together; and who has less than a little is left alone.</summary>
    private const long MostIdleText = 16 * 1024 * 1024;
    private const int LittleText = 3 * 1024;
    private static readonly TimeSpan IdleUnderPressure = TimeSpan.FromSeconds(2);

    private readonly LiveSessions _live = new();
    private readonly ConcurrentDictionary<Guid, Lazy<Task<LiveSession>>> _loading = new();
    private readonly SemaphoreSlim[] _doubtful = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly ConcurrentDictionary<Guid, LivePlace> _places = new();
    private readonly LateOffers _late = new();
    private readonly ReadySessions _ready = new(handler);
    private int _undispatched;
    private long _found;
    private long _loaded;

    /// <inheritdoc />
    public int Undispatched => Volatile.Read(ref _undispatched);

    /// <inheritdoc />
    public IIntakeGate? Gate { get; set; }

    /// <summary>Messages whose session was in memory, since the start.</summary>
    public long Found => Volatile.Read(ref _found);

    /// <summary>Sessions that were not, and were read from the database or begun.</summary>
    public long Loaded => Volatile.Read(ref _loaded);

    /// <summary>Sessions in memory.</summary>
    public int Count => _live.Count;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var turn in _doubtful) turn.Dispose();
    }

    /// <inheritdoc />
    public Guid RootId(ChannelModel channel, SessionAddress address) => SessionKeys.Root(channel, address);

    /// <inheritdoc />
    public async ValueTask<ISessionHandle> AttachAsync(ChannelModel channel, SessionAddress address, ISessionSubscriber subscriber, CancellationToken cancellationToken)
    {
        var root = SessionKeys.Root(channel, address);
        while (true)
        {
            var session = await GetAsync(root, channel, address).WaitAsync(cancellationToken);
            if (session.TrySubscribe(subscriber) is { } seq) return new SessionHandle(session, seq, subscriber, store, journal, events, figures, handler, time);
        }
    }

    /// <inheritdoc />
    public void Offer(InboundMessage message, IAcceptObserver observer)
    {
        if (message.Session is SessionHandle handle && !_late.IsWaiting(handle.Live.Record.RootId) && TryOffer(handle.Live, message, observer)) return;
        var root = SessionKeys.Root(message.Channel, message.Address);
        if (!_late.IsWaiting(root) && _live.TryGetValue(root, out var session) && TryOffer(session, message, observer)) return;
        _late.Add(root, () => OfferLaterAsync(root, message, observer));
    }

    /// <summary>The live session of that id if it is the newest of its address and in memory or in the database; else null.</summary>
    public async Task<LiveSession?> FindAsync(Guid tenant, Guid sessionId, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(sessionId, 0, cancellationToken) is not { } loaded || loaded.Session.TenantId != tenant) return null;
        if (loaded.Session.EndedAt != 0) return _live.TryGetValue(loaded.Session.RootId, out var newer) && newer.Record.Id == sessionId ? newer : null;
        // a transcript that cannot be read is the caller's to hear of: only a user's message makes the address go on without it
        if (loaded.Session.State == SessionState.Archived) await archive.Value.RestoreAsync(sessionId, cancellationToken);
        var session = _live.TryGetValue(loaded.Session.RootId, out var live) ? live : await LoadAsync(loaded.Session.RootId, null, null);
        if (session.Record.Id != sessionId) return null;
        if (session.Record.State == SessionState.Archived) await CompleteAsync(session);
        return session.Successor is null ? session : null;
    }

    /// <summary>That session, live or not, ended or not: for the gateway's own workers. Null when it is not in the database.</summary>
    public async Task<LiveSession?> FindOrOpenAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        if (await store.LoadAsync(sessionId, 0, cancellationToken) is not { } loaded) return null;
        return await FindAsync(loaded.Session.TenantId, sessionId, cancellationToken) ?? Incomplete(loaded.Session);
    }

    /// <summary>Puts unfinished messages of an earlier run back into their mailboxes, in order. Before anything new is accepted.</summary>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        positions.StartAbove(await store.NewestPositionAsync(cancellationToken));
        await replaying.LoadAsync(cancellationToken);
        var (recovered, above) = (0, 0L);
        var ended = new Dictionary<Guid, LiveSession>();
        while (await store.UnfinishedAsync(above, 2000, cancellationToken) is { Count: > 0 } messages)
        {
            var rows = await store.SessionsAsync([.. messages.Select(m => m.SessionId).Distinct()], cancellationToken);
            foreach (var message in messages)
            {
                if (!rows.TryGetValue(message.SessionId, out var row)) throw new InvalidDataException($"Message {message.Id} belongs to session {message.SessionId}, which is not in the database.");
                var session = row.EndedAt == 0 ? _live.TryGetValue(row.RootId, out var live) ? live : Keep(Incomplete(row)) : Ended(ended, row);
                Interlocked.Increment(ref _undispatched);
                figures.Recovered(message.TenantId, message.ChannelId, 1);
                replaying.Attach(message);
                session.Post(message);
            }

            recovered += messages.Count;
            above = messages[^1].Position;
        }

        return recovered;
    }

    /// <summary>Loads history and recent ids of a session that recovery found without them, or brings one back from the archive.</summary>
    public Task CompleteAsync(LiveSession session)
    {
        lock (session.Gate)
        {
            if (session.Completing is null or { IsCompleted: true, IsCompletedSuccessfully: false }) session.Completing = LoadRestAsync(session);
            return session.Completing;
        }
    }

    /// <summary>Lets sessions rest in which nothing goes on, and gives back the memory of those that nobody used for a while.</summary>
    public int Sweep()
    {
        var now = time.GetUtcNow();
        var (before, resting, given) = (Micros.From(now - IdleFor), Micros.From(now - RestAfter), 0);
        foreach (var session in _live.All())
        {
            if (session.TouchedAt > resting) continue;
            if (session.TouchedAt > before || !session.TryEvict())
            {
                if (!session.IsAtRest) session.Rest();
                continue;
            }

            if (_live.TryRemove(session)) figures.Sessions(session.Record.TenantId, session.Record.ChannelId, -1);
            given++;
        }

        ForgetEnded(resting);
        return given;
    }

    /// <summary>
    /// Gives back the memory of idle sessions with long texts as long as all sessions together keep too much: a mailbox that is full opens thousands at once.
    /// They come back from the database.
    /// </summary>
    public int Trim()
    {
        var (text, idle, given) = (0L, Micros.From(time.GetUtcNow() - IdleUnderPressure), 0);
        foreach (var session in _live.All()) text += session.TextBytes;
        if (text <= MostIdleText) return 0;
        foreach (var session in _live.All())
        {
            var bytes = session.TextBytes;
            if (bytes < LittleText || session.TouchedAt > idle || !session.TryEvict()) continue;
            if (_live.TryRemove(session)) figures.Sessions(session.Record.TenantId, session.Record.ChannelId, -1);
            given++;
            if ((text -= bytes) <= MostIdleText) break;
        }

        return given;
    }

    /// <summary>
    /// The episode has ended and is durable so: the next message of the address opens the next one. Nothing new when it had ended before: what
    /// waited in it may end it once more.
    /// </summary>
    public void End(LiveSession session)
    {
        var row = session.Record;
        var next = NewSession(row.Place, row.RootId, row.Episode + 1, row.Address);
        next.Record.Preferences = row.Preferences;
        lock (session.Gate)
        {
            if (session.Successor is not null) return;
            session.Successor = next;
        }

        KeepEnded(session);

        // One that ended before a restart is answered to its end beside the newest, which is then left alone.
        if (_live.TryReplace(session, next)) session.TellEnded();
    }

    /// <summary>Lets go of a removed tenant's sessions; what their agents still answer is not stored.</summary>
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        foreach (var session in _live.All())
        {
            if (session.Record.TenantId != tenant) continue;
            HeldBack(session.Drop());
            if (_live.TryRemove(session)) figures.Sessions(tenant, session.Record.ChannelId, -1);
        }

        usage.Forget(tenant);
        loads.Forget(tenant);
        _ready.Forget(tenant);
        foreach (var (channel, place) in _places)
            if (place.TenantId == tenant) _places.TryRemove(channel, out _);
        await journal.FlushAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Durable messages are held back, or go on: who waits for a tenant must not fill the bound of all.</summary>
    public void HeldBack(int change) => Interlocked.Add(ref _undispatched, -change);

    /// <summary>A message was given to an agent, or concluded without.</summary>
    public void Dispatched() => Interlocked.Decrement(ref _undispatched);

    internal void Posted(LiveSession session, MessageRecord message) => handler.Value.Posted(session, message);

    internal void Accepted(LiveSession session, MessageRecord message, bool isNew)
    {
        Gate?.Judged(message.TenantId);
        handler.Value.Arrived(session, message);
        figures.Accepted(message.TenantId, message.ChannelId, Micros.Now(time) - message.At);
        if (!events.IsHeard(message.TenantId)) return;
        if (isNew) events.Publish(message.TenantId, EventTypes.SessionCreated, message.ChannelId, message.SessionId, SessionPayload.Of(session.Record));
        events.Publish(message.TenantId, EventTypes.MessageReceived, message.ChannelId, message.SessionId, MessagePayload.Of(message));
    }

    /// <summary>The user's wish for a new conversation is durable, with what it was answered.</summary>
    internal void EndedByUser(LiveSession session, MessageRecord message, MessageRecord answer)
    {
        Dispatched();
        End(session);
        handler.Value.EndedByUser(session, message, answer);
    }

    internal void Refused(LiveSession session)
    {
        Gate?.Judged(session.Record.TenantId);
        lock (session.Gate) session.IsClosing = false;
        usage.GiveBackMessage(session.Record.TenantId);
        Interlocked.Decrement(ref _undispatched);
        session.Release();
    }

    private bool TryOffer(LiveSession session, InboundMessage message, IAcceptObserver observer)
    {
        lock (session.Gate)
        {
            if (session.IsEvicted || session.IsClosing || session.Successor is not null || !session.IsComplete) return false;
            if (session.RecentIds.MayContain(message.ExternalId)) return false;
            Append(session, message, observer);
        }

        Interlocked.Increment(ref _found);
        return true;
    }

    /// <summary>Under the session's gate, so that what is offered in order is stored in order.</summary>
    private void Append(LiveSession session, InboundMessage message, IAcceptObserver observer)
    {
        var (position, id) = positions.Next();
        var row = session.Record;
        var address = message.Address;
        var now = Micros.Now(time);
        var record = new MessageRecord
        {
            Position = position,
            Id = id,
            TenantId = row.TenantId,
            ChannelId = row.ChannelId,
            SessionId = row.Id,
            From = MessageFrom.User,
            ExternalId = message.ExternalId,
            UserId = address.UserId == row.UserId ? null : address.UserId,
            UserName = address.UserName == row.UserName ? null : address.UserName,
            Text = message.Text,
            Extras = message.Extras,
            At = now,
            State = MessageState.Accepted,
            Origin = message.Origin,
        };
        session.RecentIds.Add(message.ExternalId, now);
        session.TouchedAt = now;
        session.Appending++;
        Interlocked.Increment(ref _undispatched);
        var ending = handler.Value.AnswerEnding(session, record, message.Channel);
        session.IsClosing = ending is not null;
        journal.Append(new AcceptEntry(this, session, message, record, observer, ending));
    }

    /// <summary>The ways off the fast path: a session to be loaded, an ended one, or an id that may be a duplicate.</summary>
    private async Task OfferLaterAsync(Guid root, InboundMessage message, IAcceptObserver observer)
    {
        try
        {
            while (true)
            {
                var session = await GetAsync(root, message.Channel, message.Address);
                if (!session.IsComplete) await CompleteAsync(session);
                if (TryOffer(session, message, observer)) return;
                if (await TryOfferDoubtfulAsync(session, message, observer)) return;
            }
        }
        catch (Exception e)
        {
            LogOfferFailed(e, message.Channel.Tenant.Id, message.Channel.Id);
            Gate?.Judged(message.Channel.Tenant.Id);
            usage.GiveBackMessage(message.Channel.Tenant.Id);
            observer.Completed(message, AcceptOutcome.Refused(RefusalCode.Overloaded, "The gateway cannot read the session at the moment; send it again.", TimeSpan.FromSeconds(1)));
        }
    }

    /// <summary>The id's hash was seen: once everything before is durable, the database knows whether it is a duplicate.</summary>
    private async Task<bool> TryOfferDoubtfulAsync(LiveSession session, InboundMessage message, IAcceptObserver observer)
    {
        // One at a time per session, so that of two with the same id the second finds the first.
        var turn = _doubtful[(uint)session.Record.Id.GetHashCode() % _doubtful.Length];
        await turn.WaitAsync();
        try
        {
            await journal.FlushAsync();
            if (await store.FindAsync(session.Record.Id, message.ExternalId, CancellationToken.None) is { } known)
            {
                Gate?.Judged(session.Record.TenantId);
                usage.GiveBackMessage(session.Record.TenantId);
                observer.Completed(message, AcceptOutcome.Known(known.Id, session.Record.Id, known.Seq));
                return true;
            }

            lock (session.Gate)
            {
                if (session.IsEvicted || session.IsClosing || session.Successor is not null) return false;
                Append(session, message, observer);
                return true;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private Task<LiveSession> GetAsync(Guid root, ChannelModel channel, SessionAddress address) =>
        _live.TryGetValue(root, out var session) ? Task.FromResult(session) : LoadAsync(root, channel, address);

    private async Task<LiveSession> LoadAsync(Guid root, ChannelModel? channel, SessionAddress? address)
    {
        Interlocked.Increment(ref _loaded);
        var load = _loading.GetOrAdd(root, _ => new(() => LoadOnceAsync(root, channel, address)));
        try
        {
            return await load.Value;
        }
        finally
        {
            _loading.TryRemove(new(root, load));
        }
    }

    private async Task<LiveSession> LoadOnceAsync(Guid root, ChannelModel? channel, SessionAddress? address)
    {
        await WaitUntilFreeAsync(root);
        var loaded = await store.LoadNewestAsync(root, History.MaxEntries, CancellationToken.None);
        LiveSession session;
        if (loaded is not { } found)
        {
            if (channel is null || address is null) throw new InvalidOperationException($"No session of root {root} is in the database.");
            session = NewSession(new(channel.Tenant.Id, channel.Id), root, 1, address.Locale is null ? address : address with { Locale = null });
        }
        else if (found.Session.EndedAt != 0)
        {
            var row = found.Session;
            session = NewSession(row.Place, root, row.Episode + 1, row.Address);
            session.Record.Preferences = row.Preferences;
        }
        else
        {
            session = Incomplete(found.Session);
            if (found.Session.State != SessionState.Archived) session.Complete(found.Last, await RecentAsync(session));
        }

        session.TouchedAt = Micros.Now(time);
        return Keep(session);
    }

    /// <summary>Takes it into memory, unless another was quicker; the one that is in memory.</summary>
    private LiveSession Keep(LiveSession session)
    {
        var kept = _live.GetOrAdd(session);
        if (ReferenceEquals(kept, session)) figures.Sessions(session.Record.TenantId, session.Record.ChannelId, 1);
        return kept;
    }

    private async Task LoadRestAsync(LiveSession session)
    {
        if (session.Record.State == SessionState.Archived && !await TryBringBackAsync(session)) return;
        var last = await store.LoadAsync(session.Record.Id, History.MaxEntries, CancellationToken.None);
        session.Complete(last?.Last ?? [], await RecentAsync(session));
    }

    private Task<List<(string Id, long At)>> RecentAsync(LiveSession session) =>
        store.RecentIdsAsync(session.Record.Id, RecentIds.Kept, Micros.ToTime(Micros.Now(time) - RecentIds.KeptMicros), CancellationToken.None);

    private LiveSession NewSession(SessionPlace place, Guid root, int episode, SessionAddress address)
    {
        var session = Live(new SessionRecord { Id = SessionKeys.Session(root, episode), RootId = root, Episode = episode, Place = place, Address = address });
        session.Complete([], []);
        return session;
    }

    private LiveSession Incomplete(SessionRecord row)
    {
        var session = Live(row);
        session.Loaded(row.LastSeq);
        return session;
    }

    private LiveSession Live(SessionRecord row)
    {
        var place = _places.GetOrAdd(
            row.ChannelId,
            static (_, of) => new LivePlace(of.Place.TenantId, of.Place.ChannelId, of.Ready, of.Loads.Of(of.Place.TenantId), of.Outbox?.LaneOf(of.Place.ChannelId)),
            (row.Place, Ready: _ready, Loads: loads, Outbox: outbox));
        return new LiveSession(row, place) { TouchedAt = Micros.Now(time) };
    }

    private LiveSession Ended(Dictionary<Guid, LiveSession> ended, SessionRecord row)
    {
        if (!ended.TryGetValue(row.Id, out var session)) KeepEnded(ended[row.Id] = session = Incomplete(row));
        return session;
    }

    [LoggerMessage(1101, LogLevel.Error, "A message of tenant {Tenant}, channel {Channel} was refused: its session could not be read")]
    private partial void LogOfferFailed(Exception cause, Guid tenant, Guid channel);
}

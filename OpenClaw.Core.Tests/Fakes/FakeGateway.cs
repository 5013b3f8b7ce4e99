using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// Inbox, sessions and an echo agent in memory, with the borders' promises: one author of <c>seq</c>, acks before answers, one call at a
/// time. Everything after <see cref="Accept"/> happens on one background loop, as it does behind the journal.
/// </summary>
internal sealed class FakeGateway : ISessionHub, IDirectInbox, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<FakeSession>> _episodes = [];
    private readonly BlockingCollection<Action> _work = [];
    private readonly Task _loop;
    private long _position;

    public FakeGateway() => _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Refuses what it gives an outcome for.</summary>
    public Func<InboundMessage, AcceptOutcome?> Admit { get; set; } = _ => null;

    /// <summary>What the agent does with an accepted entry.</summary>
    public Action<FakeGateway, FakeSession, MessageRecord> Agent { get; set; } = Echo;

    /// <summary>True: attaching after an end gives the next episode. False: the ended one, until a message opens the next.</summary>
    public bool PreparesNextEpisode { get; set; } = true;

    /// <summary>True: a connection is told of its own entries too.</summary>
    public bool TellsOrigin { get; set; } = true;

    /// <summary>How many entries are read at most in one call, to make pages small.</summary>
    public int PageSize { get; set; } = int.MaxValue;

    public Func<Task>? BeforeAttach { get; set; }

    /// <summary>Runs when the subscriber is told already and does not have its handle yet.</summary>
    public Func<ISessionSubscriber, Task>? AfterAttach { get; set; }

    public ConcurrentQueue<MessageRecord> Delivered { get; } = new();

    /// <summary>What clients asked for beside messages.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<InboundMessage> Accepted { get; } = new();

    public static void Echo(FakeGateway gateway, FakeSession session, MessageRecord entry)
    {
        gateway.Typing(session, on: true);
        gateway.Append(session, MessageFrom.Agent, entry.Text, entry.Extras is { Attachments: { } files } ? new MessageExtras(files) : null, entry);
        gateway.Typing(session, on: false);
    }

    public static void Silence(FakeGateway gateway, FakeSession session, MessageRecord entry)
    {
    }

    public Guid RootId(ChannelModel channel, SessionAddress address)
    {
        var key = channel.Scope switch
        {
            SessionScope.User => $"{channel.Id}|{address.Conversation}|{address.Thread}|{address.UserId}",
            SessionScope.Thread => $"{channel.Id}|{address.Conversation}|{address.Thread}",
            _ => $"{channel.Id}|{address.Conversation}",
        };
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16), bigEndian: true);
    }

    public async ValueTask<ISessionHandle> AttachAsync(ChannelModel channel, SessionAddress address, ISessionSubscriber subscriber, CancellationToken cancellationToken)
    {
        if (BeforeAttach is { } wait) await wait();
        Handle handle;
        lock (_lock)
        {
            var session = Newest(channel, address, PreparesNextEpisode);
            handle = new Handle(this, session, subscriber);
            session.Subscriptions.Add(handle);
        }

        if (AfterAttach is { } after) await after(subscriber);
        return handle;
    }

    public ValueTask<ISessionHandle?> ReopenAsync(
        ChannelModel channel, SessionAddress address, Guid session, long after, ISessionSubscriber subscriber, CancellationToken cancellationToken) => new(default(ISessionHandle));

    public void Accept(InboundMessage message, IAcceptObserver observer)
    {
        if (Admit(message) is { } refused)
        {
            observer.Completed(message, refused);
            return;
        }

        _work.Add(() => Take(message, observer));
    }

    public ValueTask<AcceptOutcome> AcceptAsync(InboundMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<AcceptOutcome>> AcceptAsync(IReadOnlyList<InboundMessage> messages, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Runs on the loop, behind all that was accepted before.</summary>
    public Task PostAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            action();
            done.SetResult();
        });
        return done.Task;
    }

    public FakeSession Session(Guid id)
    {
        lock (_lock) return _episodes.Values.SelectMany(e => e).Single(s => s.Id == id);
    }

    /// <summary>The newest episode of the only conversation.</summary>
    public FakeSession Newest()
    {
        lock (_lock) return _episodes.Values.Single()[^1];
    }

    public MessageRecord Append(FakeSession session, MessageFrom from, Utf8Text text, MessageExtras? extras = null, MessageRecord? inReplyTo = null, string? name = null)
    {
        var entry = new MessageRecord
        {
            Position = Interlocked.Increment(ref _position),
            Id = Guid.CreateVersion7(),
            TenantId = session.Channel.Tenant.Id,
            ChannelId = session.Channel.Id,
            SessionId = session.Id,
            From = from,
            UserName = name,
            Text = text,
            Extras = extras,
            InReplyTo = inReplyTo,
            At = Micros.From(new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)),
        };
        Store(session, entry);
        return entry;
    }

    public void Typing(FakeSession session, bool on) => Tell(session, s => s.OnTyping(on));

    public void Delta(FakeSession session, Guid reply, int index, string text) => Tell(session, s => s.OnDelta(reply, index, Utf8Text.From(text)));

    public void End(FakeSession session)
    {
        lock (_lock) session.Ended = true;
        Tell(session, s => s.OnEnded());
    }

    public async ValueTask DisposeAsync()
    {
        _work.CompleteAdding();
        await _loop;
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable()) action();
    }

    private void Take(InboundMessage message, IAcceptObserver observer)
    {
        FakeSession session;
        MessageRecord? known;
        lock (_lock)
        {
            session = Newest(message.Channel, message.Address, next: true);
            known = session.Log.Find(m => string.Equals(m.ExternalId, message.ExternalId, StringComparison.Ordinal));
        }

        if (known is not null)
        {
            observer.Completed(message, AcceptOutcome.Known(known.Id, session.Id, known.Seq));
            return;
        }

        Accepted.Enqueue(message);
        var entry = new MessageRecord
        {
            Position = Interlocked.Increment(ref _position),
            Id = Guid.CreateVersion7(),
            TenantId = message.Channel.Tenant.Id,
            ChannelId = message.Channel.Id,
            SessionId = session.Id,
            From = MessageFrom.User,
            ExternalId = message.ExternalId,
            Text = message.Text,
            Extras = message.Extras,
            Origin = message.Origin,
        };
        Store(session, entry, () => observer.Completed(message, AcceptOutcome.Stored(entry.Id, session.Id, entry.Seq)));
        if (string.Equals(message.Text.ToString(), "/new", StringComparison.Ordinal)) End(session);
        else Agent(this, session, entry);
    }

    private void Store(FakeSession session, MessageRecord entry, Action? stored = null)
    {
        lock (_lock)
        {
            entry.Seq = session.Log.Count + 1;
            session.Log.Add(entry);
        }

        stored?.Invoke();
        Tell(session, s => s.OnEntry(entry), TellsOrigin ? null : entry.Origin);
    }

    private void Tell(FakeSession session, Action<ISessionSubscriber> call, object? except = null)
    {
        ISessionSubscriber[] subscribers;
        lock (_lock) subscribers = [.. session.Subscriptions.Select(h => h.Subscriber)];
        foreach (var subscriber in subscribers)
        {
            if (!ReferenceEquals(subscriber, except)) call(subscriber);
        }
    }

    private FakeSession Newest(ChannelModel channel, SessionAddress address, bool next)
    {
        var root = RootId(channel, address);
        if (!_episodes.TryGetValue(root, out var episodes)) _episodes[root] = episodes = [];
        if (episodes.Count == 0 || (episodes[^1].Ended && next)) episodes.Add(new(channel));
        return episodes[^1];
    }

    internal sealed class Handle(FakeGateway gateway, FakeSession session, ISessionSubscriber subscriber) : ISessionHandle
    {
        public ISessionSubscriber Subscriber => subscriber;

        public Guid SessionId => session.Id;

        public long LastSeq
        {
            get
            {
                lock (gateway._lock) return session.Log.Count;
            }
        }

        public ValueTask<IReadOnlyList<MessageRecord>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
        {
            lock (gateway._lock) return new([.. session.Log.Skip((int)after).Take(Math.Min(limit, gateway.PageSize))]);
        }

        public void Delivered(MessageRecord entry) => gateway.Delivered.Enqueue(entry);

        public void Cancel() => gateway.Asked.Enqueue("cancel");

        public void Typing(bool on) => gateway.Asked.Enqueue(on ? "typing" : "quiet");

        public void Dispose()
        {
            lock (gateway._lock) session.Subscriptions.Remove(this);
        }
    }

    internal sealed class FakeSession(ChannelModel channel)
    {
        public Guid Id { get; } = Guid.NewGuid();
        public ChannelModel Channel => channel;
        public List<MessageRecord> Log { get; } = [];
        internal List<Handle> Subscriptions { get; } = [];
        public bool Ended { get; set; }
    }
}

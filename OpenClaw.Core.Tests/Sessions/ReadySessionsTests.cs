using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Sessions;

/// <summary>Whose turn it is when many sessions have something to do.</summary>
public sealed class ReadySessionsTests
{
    private readonly ReadySessions _ready = new(new Lazy<IMailboxHandler>(), start: _ => { });
    private readonly Dictionary<string, LivePlace> _places = [];

    [Fact]
    public void TryTake_AFloodOfOneTenant_TheOthersTakeTurns()
    {
        for (var i = 0; i < 100; i++) Add("a");
        for (var i = 0; i < 3; i++) Add("b");
        Add("c");
        Assert.Equal("abcababaaa", string.Concat(Take(10)));
        Assert.Equal(94, Take(1000).Count);
    }

    [Fact]
    public void TryTake_TwoChannelsOfATenant_ShareItsTurn()
    {
        for (var i = 0; i < 3; i++) Add("a", "one");
        for (var i = 0; i < 3; i++) Add("a", "two");
        for (var i = 0; i < 3; i++) Add("b");
        Assert.Equal("abababaaa", string.Concat(Take(100)));
    }

    [Fact]
    public void TryTake_PeopleBeforeBulk_AndBulkIsNotStarved()
    {
        for (var i = 0; i < 5; i++) Add("A", bulk: true);
        for (var i = 0; i < 20; i++) Add("p");
        var taken = string.Concat(Take(100));
        Assert.Equal("pppppppApppppppAppppppAAA", taken);
    }

    [Fact]
    public void TryTake_OnlyBulk_AtOnce()
    {
        for (var i = 0; i < 3; i++) Add("A", bulk: true);
        for (var i = 0; i < 3; i++) Add("B", bulk: true);
        Assert.Equal("ABABAB", string.Concat(Take(100)));
    }

    [Fact]
    public void Add_AndTake_AllocatesNothing()
    {
        var (session, handler, message) = (Session("a", "one"), new Handler(), Message());
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Pass();
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / 1000);

        void Pass()
        {
            session.Post(message);
            if (_ready.TryTake(out var taken)) taken.Work(handler);
            session.Finished();
        }
    }

    [Fact]
    public void Load_ThroughTheMailbox_IsCountedAndCountedOut()
    {
        var handler = new Handler();
        var session = Session("a", "one");
        var load = _places["a/one"].Load;
        session.Post(Message());
        session.Post(Message());
        session.Post(Message());
        session.Work(handler);
        session.Work(handler); // held back and let go: begun once
        Assert.Equal((3, 2), (load.InMailboxes, load.Waiting));
        session.Finished();
        Assert.Equal((2, 2), (load.InMailboxes, load.Waiting));
        session.Work(handler);
        Assert.Equal(1, session.Drop());
        session.Finished(); // what was being handled when it was dropped
        Assert.Equal((0, 0), (load.InMailboxes, load.Waiting));
    }

    [Fact]
    public void Load_SettledByAnOperator_IsCountedOut()
    {
        var session = Session("a", "one");
        var load = _places["a/one"].Load;
        for (var i = 0; i < 3; i++) session.Post(Message());
        session.Work(new Handler());
        session.HoldCurrent();
        session.Settle(session.Held());
        Assert.Equal((0, 0), (load.InMailboxes, load.Waiting));
    }

    private List<string> Take(int most)
    {
        List<string> taken = [];
        while (taken.Count < most && _ready.TryTake(out var session)) taken.Add(_places.First(p => p.Value.TenantId == session.TenantId).Key[..1]);
        return taken;
    }

    private void Add(string tenant, string channel = "one", bool bulk = false)
    {
        var session = Session(tenant, channel);
        session.Post(Message(bulk ? new() { LetterId = Guid.NewGuid(), Count = 1, ReplayId = Guid.NewGuid() } : null));
        Assert.Equal(bulk, session.IsBulk);
    }

    private LiveSession Session(string tenant, string channel)
    {
        var id = _places.FirstOrDefault(p => p.Key.StartsWith(tenant, StringComparison.Ordinal)).Value?.TenantId ?? Guid.NewGuid();
        if (!_places.TryGetValue($"{tenant}/{channel}", out var place)) _places[$"{tenant}/{channel}"] = place = new(id, Guid.NewGuid(), _ready, new TenantLoad(id));
        return new LiveSession(new SessionRecord { Id = Guid.NewGuid(), RootId = Guid.NewGuid(), Episode = 1, Place = place, Address = new("main", null, "ada", null) }, place);
    }

    private static MessageRecord Message(MessageReplay? replay = null) => new()
    {
        Position = 1, Id = Guid.NewGuid(), TenantId = Guid.Empty, ChannelId = Guid.Empty, SessionId = Guid.Empty, From = MessageFrom.User, Replay = replay,
    };

    private sealed class Handler : IMailboxHandler
    {
        public void Handle(LiveSession session, MessageRecord message) { }

        public void Arrived(LiveSession session, MessageRecord message) { }

        public MessageRecord? AnswerEnding(LiveSession session, MessageRecord message, ChannelModel channel) => null;

        public void EndedByUser(LiveSession session, MessageRecord message, MessageRecord answer) { }

        public void LetGo(LiveSession session) { }
    }
}

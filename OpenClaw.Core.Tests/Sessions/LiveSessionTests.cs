using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Sessions;

public sealed class LiveSessionTests
{
    private const int Entries = 20_000;

    [Fact]
    public async Task Rest_AmidEverything_NothingIsLost()
    {
        var session = Session();
        var done = false;
        var others = new[] { Run(Rest), Run(Hold), Run(Read), Run(Listen), Run(Listen) };
        for (var seq = 1; seq <= Entries; seq++) session.Tell(Entry(seq));
        Volatile.Write(ref done, true);
        await Task.WhenAll(others);

        session.Rest();
        Assert.True(session.IsAtRest);
        Assert.Equal((0, Entries), (session.Appending, session.ToldSeq));
        Assert.Equal(Enumerable.Range(Entries - 19, 20).Select(seq => $"{seq}"), session.HistoryBefore(long.MaxValue).Select(h => h.Text.ToString()));

        Task Run(Action action) => Task.Run(() =>
        {
            while (!Volatile.Read(ref done)) action();
        });

        void Rest() => session.Rest();

        void Hold()
        {
            Assert.True(session.TryHold());
            Assert.False(session.TryEvict());
            session.Release();
        }

        void Read()
        {
            Assert.Equal("ada", session.Address.UserId);
            var (told, history) = (session.ToldSeq, session.HistoryBefore(long.MaxValue));
            if (told > 0) Assert.InRange(long.Parse(history[^1].Text.ToString(), null), told, Entries);
        }

        void Listen()
        {
            var listener = new Listener();
            lock (session.Gate) listener.Last = session.TrySubscribe(listener)!.Value;
            Assert.False(session.TryEvict());
            session.Unsubscribe(listener);
            Assert.Equal(0, listener.Gaps);
        }
    }

    [Fact]
    public void Rest_SomethingGoesOn_Waits()
    {
        var session = Session();
        var listener = new Listener();
        session.TrySubscribe(listener);
        session.Rest();
        Assert.False(session.IsAtRest);
        session.TryHold();
        session.Unsubscribe(listener);
        Assert.False(session.IsAtRest);
        session.Release();
        session.Rest();
        Assert.True(session.IsAtRest);
        Assert.True(session.TryEvict());
    }

    [Fact]
    public void Rest_NotLoadedYet_Waits()
    {
        var session = Session(complete: false);
        session.Rest();
        Assert.False(session.IsAtRest);
        session.Complete([], []);
        session.Rest();
        Assert.True(session.IsAtRest);
    }

    private static LiveSession Session(bool complete = true)
    {
        var place = new LivePlace(Guid.NewGuid(), Guid.NewGuid(), new ReadySessions(new Lazy<IMailboxHandler>()), new(Guid.NewGuid()));
        var session = new LiveSession(
            new SessionRecord { Id = Guid.NewGuid(), RootId = Guid.NewGuid(), Episode = 1, Place = place, Address = new("main", null, "ada", null) }, place);
        if (complete) session.Complete([], []);
        return session;
    }

    private static MessageRecord Entry(long seq) => new()
    {
        Position = seq,
        Id = Guid.NewGuid(),
        TenantId = Guid.Empty,
        ChannelId = Guid.Empty,
        SessionId = Guid.Empty,
        From = MessageFrom.User,
        Seq = seq,
        At = 1_900_000_000_000_000 + seq,
        Text = Utf8Text.From($"{seq}"),
    };

    private sealed class Listener : ISessionSubscriber
    {
        public long Last { get; set; }

        public int Gaps { get; private set; }

        public void OnEntry(MessageRecord entry)
        {
            if (entry.Seq != Last + 1) Gaps++;
            Last = entry.Seq;
        }

        public void OnDelta(Guid replyId, int index, Utf8Text text) { }

        public void OnTyping(bool on) { }

        public void OnEnded() { }
    }
}

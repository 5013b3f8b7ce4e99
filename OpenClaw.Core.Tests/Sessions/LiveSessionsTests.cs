using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Core.Tests.Sessions;

/// <summary>The table of sessions does what a dictionary would.</summary>
public sealed class LiveSessionsTests
{
    private static readonly LivePlace Place = new(Guid.NewGuid(), Guid.NewGuid(), new ReadySessions(new Lazy<IMailboxHandler>()), new(Guid.NewGuid()));

    [Fact]
    public void Changes_OfAnyKind_AreThoseOfADictionary()
    {
        var random = new Random(20261123);
        var roots = Enumerable.Range(0, 3000).Select(_ => Guid.NewGuid()).ToArray();
        var (table, model) = (new LiveSessions(), new Dictionary<Guid, LiveSession>());
        for (var i = 0; i < 40_000; i++)
        {
            var root = roots[random.Next(roots.Length)];
            var there = model.GetValueOrDefault(root);
            Assert.Equal(there is not null, table.TryGetValue(root, out var found));
            Assert.Same(there, found);
            var other = Session(root);
            switch (random.Next(4))
            {
                case 0:
                    Assert.Equal(there is not null, table.TryRemove(there ?? other));
                    model.Remove(root);
                    break;
                case 1:
                    Assert.Equal(there is not null, table.TryReplace(there ?? other, other));
                    if (there is not null) model[root] = other;
                    break;
                default:
                    Assert.Same(there ?? other, table.GetOrAdd(other));
                    model.TryAdd(root, other);
                    break;
            }
        }

        Assert.Equal(model.Count, table.Count);
        Assert.Equal(model.Values.ToHashSet(), table.All().ToHashSet());
        Assert.Equal(model.Count, table.All().Count());
    }

    [Fact]
    public void TryReplace_OneThatLeft_ChangesNothing()
    {
        var table = new LiveSessions();
        var (first, second, third) = (Session(Guid.Empty), Session(Guid.Empty), Session(Guid.Empty));
        Assert.Same(first, table.GetOrAdd(first));
        Assert.True(table.TryReplace(first, second));
        Assert.False(table.TryReplace(first, third));
        Assert.False(table.TryRemove(first));
        Assert.Same(second, table.GetOrAdd(first));
        Assert.True(table.TryRemove(second));
        Assert.Equal(0, table.Count);
        Assert.Same(first, table.GetOrAdd(first));
    }

    [Fact]
    public void All_WhileOthersComeAndGo_FindsThoseThatStay()
    {
        var table = new LiveSessions();
        for (var i = 0; i < 1000; i++) table.GetOrAdd(Session(Guid.NewGuid()));
        var stay = table.All().ToHashSet();
        Parallel.For(0, 8, part =>
        {
            for (var i = 0; i < 300; i++)
            {
                var session = Session(Guid.NewGuid());
                table.GetOrAdd(session);
                if (part == 0) Assert.Superset(stay, table.All().ToHashSet());
                if (i % 2 == 0) Assert.True(table.TryRemove(session));
            }
        });
        Assert.Equal(1000 + (8 * 150), table.Count);
    }

    private static LiveSession Session(Guid root) => new(
        new SessionRecord { Id = Guid.NewGuid(), RootId = root, Episode = 1, Place = Place, Address = new("main", null, "ada", null) }, Place);
}

using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Maintenance;

/// <summary>A clock drives a thousand sessions through their whole life; after every step each is where the rules of the design say.</summary>
public sealed class WholeLifeTests
{
    private const int Users = 1000;
    private static readonly string[] Jobs = ["sessions-dormancy", "sessions-expiry", "sessions-archive"];

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Life_ThousandSessions_EveryTransitionInItsTime()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        ChannelModel[] channels =
        [
            road.AddChannel(),
            road.AddChannel(c => c with { Timers = new(TimeSpan.FromMinutes(5), TimeSpan.FromHours(2), TimeSpan.FromDays(1), null) }),
            road.AddChannel(c => c with { Timers = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null) }),
            road.AddChannel(c => c with { Timers = new(TimeSpan.FromDays(2), TimeSpan.FromDays(1), TimeSpan.FromHours(1), null) }),
        ];
        var random = new Random(20261123);
        var lives = new Dictionary<Guid, Life>();
        var seen = new HashSet<(SessionState From, SessionState To)>();
        for (var user = 0; user < Users; user++) await SayAsync(user, "hello");

        // steps of minutes, hours and days, so that each channel's spans are met from both sides
        foreach (var step in new[] { 1, 3, 2, 24, 5, 100, 600, 1500, 60, 4000, 12_000, 30, 45_000, 10, 60_000, 5 })
        {
            clock.Jump(TimeSpan.FromMinutes(step));
            foreach (var job in Jobs) await RunAsync(road, job);
            foreach (var life in lives.Values) life.MoveOn(clock.GetUtcNow());
            await CompareAsync();
            foreach (var user in Enumerable.Range(0, Users).Where(_ => random.Next(10) == 0)) await SayAsync(user, $"after {step} minutes");
            foreach (var id in lives.Keys.Where(_ => random.Next(200) == 0).ToList()) await CloseAsync(id);
            road.Sessions.Sweep();
            await CompareAsync();
        }

        (SessionState, SessionState)[] all =
        [
            (SessionState.Init, SessionState.Active), (SessionState.Active, SessionState.Dormant), (SessionState.Dormant, SessionState.Expired), (SessionState.Expired, SessionState.Archived),
            (SessionState.Dormant, SessionState.Active), (SessionState.Expired, SessionState.Active), (SessionState.Archived, SessionState.Active), (SessionState.Active, SessionState.Expired),
        ];
        Assert.Equal(all.Order(), seen.Order());

        async Task SayAsync(int user, string text)
        {
            var channel = channels[user % channels.Length];
            var outcome = await road.Inbox.AcceptAsync(Road.Message(channel, Guid.NewGuid().ToString(), text, $"user {user}"), default);
            Assert.True(outcome.Accepted);
            if (!lives.TryGetValue(outcome.SessionId, out var life)) lives[outcome.SessionId] = life = new(channel.Timers, seen);
            life.Say(clock.GetUtcNow());
            Assert.Equal(life.Messages - 1, outcome.Seq); // the answer comes behind it
        }

        async Task CloseAsync(Guid id)
        {
            await SettledAsync(road);
            var closed = await road.Get<ISessionControl>().CloseAsync(road.Catalog.Tenant.Id, id, "Ada", default);
            if (lives[id].State != SessionState.Archived) Assert.True(closed.IsDone);
            lives[id].Close(clock.GetUtcNow());
        }

        async Task CompareAsync()
        {
            await SettledAsync(road);
            await using var db = road.Db();
            var rows = await db.Sessions.AsNoTracking().ToListAsync();
            Assert.Equal(lives.Count, rows.Count);
            var kept = await db.Messages.GroupBy(e => e.SessionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count);
            var archived = await db.ArchivedSessions.ToDictionaryAsync(a => a.SessionId);
            foreach (var row in rows)
            {
                var life = lives[row.Id];
                Assert.True(life.State == row.State, $"{row.UserId}: {row.State} instead of {life.State}, last used {row.LastActivityAt:O}, now {clock.GetUtcNow():O}");
                Assert.Equal(life.EndedAt is null, row.EndedAt is null);
                Assert.Equal(life.State == SessionState.Archived ? 0 : life.Messages, kept.GetValueOrDefault(row.Id));
                Assert.Equal(life.State == SessionState.Archived ? life.Messages : null, archived.GetValueOrDefault(row.Id)?.Messages);
            }
        }
    }

    internal static async Task<JobProgress> RunAsync(Road road, string name)
    {
        var progress = new JobProgress();
        await road.Get<IEnumerable<IMaintenanceJob>>().Single(j => j.Name == name).RunAsync(progress, default);
        Assert.Empty(progress.Faults);
        return progress;
    }

    internal static async Task SettledAsync(Road road)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (road.Sessions.Undispatched > 0 || await UnfinishedAsync(road))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await road.Journal.FlushAsync(); // rows are seen before those who wait for them are told
    }

    private static async Task<bool> UnfinishedAsync(Road road)
    {
        await road.Journal.FlushAsync();
        await road.Journal.CatchUpAsync(Guid.Empty, default);
        await using var db = road.Db();
        return await db.Messages.AnyAsync(m => m.Pending == PendingWork.Handle);
    }

    /// <summary>What the design says of one session.</summary>
    private sealed class Life(SessionTimers timers, HashSet<(SessionState From, SessionState To)> seen)
    {
        private DateTimeOffset _last;

        public SessionState State { get; private set; } = SessionState.Init;

        public DateTimeOffset? EndedAt { get; private set; }

        /// <summary>The user's, and an answer to each.</summary>
        public int Messages { get; private set; }

        public void Say(DateTimeOffset now)
        {
            Assert.Null(EndedAt); // a closed episode takes nothing more
            (_last, Messages) = (now, Messages + 2);
            Go(SessionState.Active);
        }

        public void Close(DateTimeOffset now)
        {
            if (State == SessionState.Archived || EndedAt is not null) return;
            EndedAt = now;
            Go(SessionState.Expired);
        }

        /// <summary>The three jobs, one after the other.</summary>
        public void MoveOn(DateTimeOffset now)
        {
            if (State == SessionState.Active && now - _last >= timers.DormantAfter) Go(SessionState.Dormant);
            if (State is SessionState.Active or SessionState.Dormant && now - _last >= timers.ExpireAfter) Go(SessionState.Expired);
            var since = EndedAt > _last ? EndedAt.Value : _last;
            if (State == SessionState.Expired && now - since >= timers.ArchiveAfter) Go(SessionState.Archived);
        }

        private void Go(SessionState to)
        {
            if (to != State) seen.Add((State, to));
            State = to;
        }
    }
}

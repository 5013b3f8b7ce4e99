using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Maintenance;

/// <summary>
/// Whatever users, operators, agents, timers and restarts do, in whatever order: what was acknowledged is there, once, in order; and each session is in
/// a state that the design knows.
/// </summary>
public sealed class LifePropertyTests
{
    private const int Steps = 150;

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Seeds))]
    public async Task Anything_InAnyOrder_LosesNoMessageAndKnowsEveryState(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-life-").FullName;
        try
        {
            await new Run(seed, folder).GoAsync();
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    private sealed class Run(int seed, string folder)
    {
        private readonly Random _random = new(seed);
        private readonly FakeCatalog _catalog = new();
        private readonly TestClock _clock = new();
        private readonly Dictionary<string, (Guid Session, long Seq, string Text)> _accepted = [];
        private readonly List<(Guid Session, long Seq)> _asked = [];
        private readonly List<string> _done = [];
        private ChannelModel[] _channels = [];
        private bool _agentsAreQuick;

        public async Task GoAsync()
        {
            var road = await StartAsync();
            _channels =
            [
                road.AddChannel(c => c with { Timers = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), null) }),
                road.AddChannel(c => c with { Timers = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null) }),
            ];
            _catalog.AddAgent("scripted", "Other");
            try
            {
                for (var step = 0; step < Steps; step++)
                {
                    if (_random.Next(25) == 0)
                    {
                        await CheckAsync(road);
                        await road.StopAsync();
                        road = await StartAsync();
                        _done.Add("restart");
                    }
                    else
                    {
                        await StepAsync(road);
                    }
                }

                await FinishAsync(road);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, after: {string.Join(", ", _done.TakeLast(40))}", e);
            }
            finally
            {
                await road.DisposeAsync();
            }
        }

        private async Task<Road> StartAsync() => await Road.StartAsync(_catalog, folder, _clock, before: r => r.Agents.Answer = AnswerAsync);

        private async Task StepAsync(Road road)
        {
            switch (_random.Next(16))
            {
                case < 7:
                    await SayAsync(road, _random.Next(8) switch { 0 => "/new", 1 => "/stop", _ => $"text {_accepted.Count}" });
                    break;
                case 7:
                    await ControlAsync(road, "take over", (c, t, s) => c.TakeOverAsync(t, s, Guid.Empty, "Ada", default));
                    break;
                case 8:
                    await ControlAsync(road, "release", (c, t, s) => c.ReleaseAsync(t, s, "note", default));
                    break;
                case 9:
                    await ControlAsync(road, "close", (c, t, s) => c.CloseAsync(t, s, "Ada", default));
                    break;
                case 10:
                    await ControlAsync(road, "reopen", (c, t, s) => c.ReopenAsync(t, s, default));
                    break;
                case 11:
                    await ControlAsync(road, "assign", (c, t, s) => c.AssignAsync(t, s, _random.Next(2) == 0 ? null : _catalog.FindAgent(t, "Other")!.Id, default));
                    break;
                case 12:
                    if (SomeSession() is { } session) await road.Get<ISessionWriter>().AppendAsync(_catalog.Tenant.Id, session, MessageFrom.Operator, [new(Utf8Text.From("operator"))], null, default);
                    _done.Add("operator answers");
                    break;
                case 13:
                    _clock.Jump(TimeSpan.FromSeconds(_random.Next(1, 900)));
                    _done.Add("time passes");
                    break;
                default:
                    var job = ((string[])["sessions-dormancy", "sessions-expiry", "sessions-archive"])[_random.Next(3)];
                    var moved = await WholeLifeTests.RunAsync(road, job);
                    if (_random.Next(2) == 0) road.Sessions.Sweep();
                    _done.Add($"{job}: {moved.Items}");
                    break;
            }
        }

        private async Task SayAsync(Road road, string text)
        {
            var id = $"m{_accepted.Count}";
            var outcome = await road.Inbox.AcceptAsync(Road.Message(_channels[_random.Next(2)], id, text, $"user {_random.Next(4)}"), default);
            Assert.True(outcome is { Accepted: true, Duplicate: false }, outcome.Reason);
            _accepted[id] = (outcome.SessionId, outcome.Seq, text);
            _done.Add($"{text} as {outcome.Seq} of {outcome.SessionId.ToString()[..4]}");
        }

        private async Task ControlAsync(Road road, string what, Func<ISessionControl, Guid, Guid, ValueTask<ControlOutcome>> control)
        {
            if (SomeSession() is not { } session) return;
            var outcome = await control(road.Get<ISessionControl>(), _catalog.Tenant.Id, session);
            Assert.True(outcome.IsDone || outcome.Reason is not null, $"{what}: the session is not found");
            _done.Add($"{what} {session.ToString()[..4]}: {outcome.Reason ?? "done"}");
        }

        private Guid? SomeSession() => _accepted.Count == 0 ? null : _accepted.Values.ElementAt(_random.Next(_accepted.Count)).Session;

        /// <summary>At once, later, never (until stopped), or not at all.</summary>
        private async ValueTask<AgentOutcome> AnswerAsync(AgentRequest request, IAnswerSink sink, CancellationToken stop)
        {
            int how;
            lock (_asked)
            {
                _asked.Add((request.SessionId, request.Seq));
                how = _agentsAreQuick ? 0 : (int)(request.Seq * 7 + seed) % 6;
            }

            if (how == 1) await Task.Yield();
            if (how == 2) await Task.Delay(Timeout.Infinite, stop);
            if (how == 3) return AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "no");
            return AgentOutcome.Answer([new(request.Text)], end: how == 4);
        }

        /// <summary>Everything is let go and answered; then all that was acknowledged must be there and done.</summary>
        private async Task FinishAsync(Road road)
        {
            await road.StopAsync(); // what agents sit on is asked again at the next start
            _agentsAreQuick = true;
            await using var last = await StartAsync();
            await using (var db = last.Db())
            {
                foreach (var taken in await db.Sessions.Where(s => s.TakenAt != null).Select(s => s.Id).ToListAsync())
                    await last.Get<ISessionControl>().ReleaseAsync(_catalog.Tenant.Id, taken, null, default);
            }

            await WholeLifeTests.SettledAsync(last);
            var entries = await CheckAsync(last);
            Assert.All(entries.Where(e => e.From == MessageFrom.User), e => Assert.True(e.State is MessageState.Answered or MessageState.Dropped or MessageState.Dead, $"{e.Text}: {e.State}"));
            Assert.Equal(0, last.Sessions.Undispatched);
        }

        private async Task<List<Message>> CheckAsync(Road road)
        {
            await road.Journal.FlushAsync();
            await road.Journal.CatchUpAsync(Guid.Empty, default);
            var entries = new List<Message>();
            await using var db = road.Db();
            foreach (var session in await db.Sessions.AsNoTracking().ToListAsync())
            {
                var rows = await db.Messages.AsNoTracking().Where(m => m.SessionId == session.Id).OrderBy(m => m.Seq).ToListAsync();
                var isArchived = session.State == SessionState.Archived;
                Assert.Equal(isArchived, await db.ArchivedSessions.AnyAsync(a => a.SessionId == session.Id));
                if (isArchived)
                {
                    Assert.Empty(rows);
                    rows = [.. await road.Get<IArchivedSessions>().ReadAsync(session.Id, 0, 10_000, default)];
                }

                Assert.Contains(session.State, new[] { SessionState.Active, SessionState.Dormant, SessionState.Expired, SessionState.Archived });
                if (session.EndedAt is not null) Assert.True(session.State is SessionState.Expired or SessionState.Archived, $"ended, and {session.State}");
                if (session.TakenAt is not null) Assert.True(session.State is SessionState.Active or SessionState.Dormant, $"taken, and {session.State}");
                Assert.Equal(Enumerable.Range(1, rows.Count).Select(n => (long)n), rows.Select(r => r.Seq));
                entries.AddRange(rows);
            }

            foreach (var (id, (session, seq, text)) in _accepted)
            {
                var row = Assert.Single(entries, e => e.ExternalId == id);
                Assert.Equal((session, seq, text), (row.SessionId, row.Seq, row.Text));
            }

            Assert.Equal(_accepted.Count, entries.Count(e => e.From == MessageFrom.User));
            return entries;
        }
    }
}

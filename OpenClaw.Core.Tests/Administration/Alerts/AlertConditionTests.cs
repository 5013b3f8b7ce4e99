using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Administration.Alerts;

/// <summary>What each condition sees, and when it lets go.</summary>
public sealed class AlertConditionTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private AlertHost _alerts = null!;

    private Guid Tenant => _alerts.Host.Tenant;

    public async Task InitializeAsync() => _alerts = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await _alerts.DisposeAsync();

    [Fact]
    public async Task CircuitOpen_OpensAndCloses_IsToldOnceWithinHalfAMinuteAndOnceAtItsEnd()
    {
        var rule = await _alerts.RuleAsync("circuit_open");
        var agent = await AgentAsync();
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);

        var opened = _alerts.Clock.GetUtcNow();
        _alerts.Circuits.Set(agent, CircuitState.Open, opened);
        await _alerts.RunAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["alert.started"], _alerts.Types());
        var told = _alerts.Received.Single();
        Assert.True(told.IsSignedWith(rule.Secrets["signingSecret"].Value!, _alerts.Clock.GetUtcNow()));
        Assert.Contains("“Helper”", told.Body, StringComparison.Ordinal);
        Assert.Contains($"/t/default/agents/{agent}", told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of the user", told.Body, StringComparison.Ordinal);

        _alerts.Circuits.Set(agent, CircuitState.HalfOpen, opened); // a probe is no end
        await _alerts.RunAsync(5 * Minute);
        Assert.Single(_alerts.Received);
        Assert.Equal(1, _alerts.Board.Open(Tenant));

        _alerts.Circuits.Set(agent, CircuitState.Closed, opened);
        await _alerts.RunAsync(2 * Minute);
        Assert.Equal(["alert.started", "alert.ended"], _alerts.Types());
        Assert.Equal(0, _alerts.Board.Open(Tenant));
    }

    [Fact]
    public async Task CircuitOpen_FlapsWithinAMinute_IsOneAlert()
    {
        await _alerts.RuleAsync("circuit_open");
        var agent = await AgentAsync();
        for (var i = 0; i < 10; i++)
        {
            _alerts.Circuits.Set(agent, i % 2 == 0 ? CircuitState.Open : CircuitState.Closed, _alerts.Clock.GetUtcNow());
            await _alerts.RunAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(["alert.started"], _alerts.Types());
        Assert.Single(await _alerts.AlertsAsync());
    }

    [Fact]
    public async Task CircuitOpen_OfAnotherAgentThanTheRules_IsNotTold()
    {
        var (mine, other) = (await AgentAsync("Mine"), await AgentAsync("Other"));
        await _alerts.RuleAsync("circuit_open", $$"""{"agent":"{{mine}}"}""");
        _alerts.Circuits.Set(other, CircuitState.Open, _alerts.Clock.GetUtcNow());
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);
        _alerts.Circuits.Set(mine, CircuitState.Open, _alerts.Clock.GetUtcNow());
        await _alerts.RunAsync(Minute);
        Assert.Single(_alerts.Received);
    }

    [Fact]
    public async Task DeadLetters_MoreThanSoMany_AreToldAndLetGoAtHalf()
    {
        await _alerts.RuleAsync("dead_letters", """{"count":4,"minutes":10}""");
        await DeadAsync(4);
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);
        await DeadAsync(1);
        await _alerts.RunAsync(Minute);
        var body = _alerts.Received.Single().Body;
        Assert.Contains("5 new dead letters since 2026-11-22 10:00 UTC. All for this reason: The agent answered with an error.", body, StringComparison.Ordinal);
        Assert.Contains("/t/default/dead-letters", body, StringComparison.Ordinal);
        await _alerts.RunAsync(6 * Minute);
        Assert.Single(_alerts.Received);
        await _alerts.RunAsync(7 * Minute); // none is newer than ten minutes
        Assert.Equal(["alert.started", "alert.ended"], _alerts.Types());
    }

    [Theory]
    [InlineData("""{"count":0,"cause":"no_route"}""", false)]
    [InlineData("""{"count":0,"cause":"agent_error"}""", true)]
    [InlineData("""{"count":0,"channel":"{channel}"}""", true)]
    public async Task DeadLetters_OfOneCauseOrChannel_CountAlone(string settings, bool told)
    {
        var channel = _alerts.Host.Catalog.Channels.First(c => c.Tenant.Id == Tenant).Id;
        await _alerts.RuleAsync("dead_letters", settings.Replace("{channel}", channel.ToString(), StringComparison.Ordinal));
        await DeadAsync(1);
        await _alerts.RunAsync(Minute);
        Assert.Equal(told ? 1 : 0, _alerts.Received.Count);
    }

    [Fact]
    public async Task DeadLetters_Discarded_DoNotCount()
    {
        await _alerts.RuleAsync("dead_letters", """{"count":0}""");
        await DeadAsync(3, "discarded");
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);
    }

    [Fact]
    public async Task ChannelDown_WithoutAnybodyWhoAnswers_IsToldAfterItsMinutes()
    {
        await _alerts.RuleAsync("channel_down", """{"minutes":5}""");
        var channel = await ChannelAsync();
        var health = new ChannelHealth(_alerts.Host.Catalog, _alerts.Host.Get<ChannelKinds>(), []);
        var agents = _alerts.Host.Get<AgentQueries>();
        foreach (var agent in (await agents.ListAsync(Tenant, new(200))).Items)
            await _alerts.Host.Get<SaveAgent>().PatchAsync(_alerts.Admin, agent.Id, AlertHost.Json("""{"enabled":false}"""));
        Assert.Equal("failing", health.Judge(_alerts.Host.Catalog.FindChannel(channel)!).State);
        await _alerts.RunAsync(4 * Minute);
        Assert.Empty(_alerts.Received);
        await _alerts.RunAsync(2 * Minute);
        Assert.Contains(_alerts.Received, r => r.Body.Contains($"/channels/{channel}", StringComparison.Ordinal));

        foreach (var agent in (await agents.ListAsync(Tenant, new(200))).Items)
            await _alerts.Host.Get<SaveAgent>().PatchAsync(_alerts.Admin, agent.Id, AlertHost.Json("""{"enabled":true}"""));
        await _alerts.RunAsync(3 * Minute);
        Assert.All(await _alerts.AlertsAsync(), a => Assert.NotNull(a.EndedAt));
    }

    [Fact]
    public async Task ChannelDeaf_InItsHoursOnly_IsToldAndOverWithAMessage()
    {
        // the clock stands at 10:00 UTC; the hours begin at 12:00
        var channel = await ChannelAsync();
        await _alerts.RuleAsync("channel_deaf", $$"""{"channel":"{{channel}}","minutes":60,"hours":{"from":"12:00","to":"18:00","zone":"UTC"} }""");
        await _alerts.RunAsync(2 * 60 * Minute + 55 * Minute);
        Assert.Empty(_alerts.Received);
        await _alerts.RunAsync(10 * Minute);
        Assert.Equal(["alert.started"], _alerts.Types());
        ((LiveFigures)_alerts.Host.Get<ILiveFigures>()).Accepted(Tenant, channel);
        await _alerts.RunAsync(3 * Minute);
        Assert.Equal(["alert.started", "alert.ended"], _alerts.Types());
    }

    [Fact]
    public async Task QueueAge_OldestWaits_IsToldButNotWhatAnOperatorHas()
    {
        await _alerts.RuleAsync("queue_age", """{"minutes":10}""");
        var channel = await ChannelAsync();
        var rows = new ConversationRows(Tenant, channel);
        var (taken, waiting) = (rows.Session(0), rows.Session(0, "bob"));
        taken.TakenAt = ConversationRows.Start;
        await _alerts.Host.Database.AddAsync(taken, waiting, Pending(rows.Message(taken.Id, 1, "a secret of the user")));
        await _alerts.RunAsync(11 * Minute);
        Assert.Empty(_alerts.Received);
        var late = Pending(rows.Message(waiting.Id, 1, "a secret of the user"));
        late.Pending = PendingWork.LateAnswer;
        await _alerts.Host.Database.AddAsync(late);
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);
        await _alerts.Host.Database.AddAsync(Pending(rows.Message(waiting.Id, 2, "a secret of the user")));
        await _alerts.RunAsync(Minute);
        var told = Assert.Single(_alerts.Received);
        Assert.Contains("has been waiting since 2026-11-22 10:00 UTC", told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of the user", told.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobFailed_UntilARunThatDoesNot_IsOpen()
    {
        var job = _alerts.Host.Get<JobRunner>();
        await using (var db = _alerts.Host.Get<ISystemDbFactory>().Create())
            Assert.Empty(db.JobRuns);
        await _alerts.RuleAsync("disk_low"); // the host has no jobs: the rule of the other installation's condition stands for the rights
        Assert.Empty(job.Jobs);
        var condition = new Gateway.Core.Administration.Alerts.Conditions.JobFailed(new JobRunner(_alerts.Host.Get<ISystemDbFactory>(), [new NamedJob()], _alerts.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<JobRunner>.Instance));
        Assert.Empty(await LookAsync(condition));
        await RunAsync("failed", dryRun: false);
        Assert.Equal(["tidy"], (await LookAsync(condition)).Select(t => t.Subject));
        await RunAsync("done", dryRun: true); // a dry run mends nothing
        Assert.Single(await LookAsync(condition));
        await RunAsync("done", dryRun: false);
        Assert.Empty(await LookAsync(condition));
    }

    [Fact]
    public async Task DiskLow_BelowItsThreshold_LetsGoATenthAbove()
    {
        await _alerts.RuleAsync("disk_low", """{"megabytes":1000,"percent":0}""");
        await _alerts.RunAsync(Minute);
        Assert.Empty(_alerts.Received);
        _alerts.Disk.Free = 999L << 20;
        await _alerts.RunAsync(Minute);
        Assert.Single(_alerts.Received);
        _alerts.Disk.Free = 1_050L << 20;
        await _alerts.RunAsync(5 * Minute);
        Assert.Single(_alerts.Received);
        _alerts.Disk.Free = 1_200L << 20;
        await _alerts.RunAsync(3 * Minute);
        Assert.Equal(["alert.started", "alert.ended"], _alerts.Types());
    }

    [Fact]
    public async Task WebhookDisabled_ByTheGateway_IsTold()
    {
        await _alerts.RuleAsync("webhook_disabled");
        await _alerts.Host.Database.AddAsync(
            new EventWebhook { Id = Guid.NewGuid(), TenantId = Tenant, Name = "By hand", Url = "https://example.com/", Enabled = false },
            new EventWebhook { Id = Guid.NewGuid(), TenantId = Tenant, Name = "Given up", Url = "https://example.com/", Enabled = false, DisabledReason = "failed for 3 days" });
        await _alerts.RunAsync(Minute);
        Assert.Contains("“Given up”", Assert.Single(_alerts.Received).Body, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<Gateway.Core.Administration.Alerts.Trouble>> LookAsync(Gateway.Core.Administration.Alerts.IAlertCondition condition)
    {
        await using var db = _alerts.Host.Get<ITenantDbFactory>().Create(Tenant);
        return await condition.LookAsync(new(Tenant, AlertHost.Json("{}"), _alerts.Clock.GetUtcNow(), db, new HashSet<string>()), default);
    }

    private async Task RunAsync(string outcome, bool dryRun)
    {
        _alerts.Clock.Advance(Minute);
        var now = _alerts.Clock.GetUtcNow();
        await _alerts.Host.Database.AddAsync(new JobRun { Id = Guid.CreateVersion7(now), Job = "tidy", StartedAt = now, FinishedAt = now, Outcome = outcome, DryRun = dryRun, StartedBy = "schedule", Node = "here" });
    }

    private static Message Pending(Message message)
    {
        (message.Pending, message.At, message.State) = (PendingWork.Handle, ConversationRows.Start, MessageState.Accepted);
        return message;
    }

    private async Task<Guid> AgentAsync(string name = "Helper") => (await _alerts.Host.Get<SaveAgent>().CreateAsync(_alerts.Admin, AlertHost.Json($$"""{"kind":"echo","name":"{{name}}"}"""))).Value!.Id;

    private async Task<Guid> ChannelAsync() => (await _alerts.Host.Get<SaveChannel>().CreateAsync(_alerts.Admin, AlertHost.Json("""{"kind":"websocket","name":"Shop"}"""))).Value!.Id;

    private async Task DeadAsync(int count, string state = "open")
    {
        var rows = new ConversationRows(Tenant, _alerts.Host.Catalog.Channels.First(c => c.Tenant.Id == Tenant).Id);
        await _alerts.Host.Database.AddAsync([.. Enumerable.Range(0, count).Select(object (i) => rows.Dead(rows.Message(Guid.NewGuid(), 1, "a secret of the user"), (int)(_alerts.Clock.GetUtcNow() - ConversationRows.Start).TotalSeconds, state: state))]);
    }

    private sealed class NamedJob : IMaintenanceJob
    {
        public string Name => "tidy";

        public string Title => "Tidying";

        public string Summary => "";

        public string DefaultCron => "0 0 0 * * ?";

        public Task RunAsync(JobProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

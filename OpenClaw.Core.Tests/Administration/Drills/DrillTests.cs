using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Drills;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Drills;

public sealed class DrillTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private Guid _agent;

    private RunDrill Run => _host.Get<RunDrill>();

    private DrillBook Book => _host.Get<DrillBook>();

    private Caller Admin => Caller.System(_host.Tenant);

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _agent = await AgentAsync("Helper", """{"test":true,"timeoutSeconds":5}""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Start_OnWhatIsNoTest_IsRefusedWithWhatToDo()
    {
        var result = await StartAsync("""{"errorShare":1}""", agent: await AgentAsync("Real", "{}"));
        Assert.Equal(AdminStatus.InUse, result.Status);
        Assert.Contains("not marked as a test", result.Reason, StringComparison.Ordinal);
        Assert.Null(Book.Next(SubjectKind.Agent, _agent));
    }

    [Theory]
    [InlineData("{}", "subject", "kind", "faults", "minutes")]
    [InlineData("""{"subject":"{agent}","kind":"robot","faults":{"errorShare":1},"minutes":1}""", "kind")]
    [InlineData("""{"subject":"{agent}","kind":"channel","faults":{"errorShare":1},"minutes":1}""", "subject")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"errorShare":1},"minutes":121}""", "minutes")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"errorShare":1},"minutes":0}""", "minutes")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{},"minutes":1}""", "faults")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"errorShare":0.6,"dropShare":0.5},"minutes":1}""", "faults")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"errorShare":1.1},"minutes":1}""", "faults.errorShare")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"delayShare":0.5},"minutes":1}""", "faults.delayMs")]
    [InlineData("""{"subject":"{agent}","kind":"agent","faults":{"fire":1},"minutes":1}""", "faults.fire")]
    public async Task Start_WhatIsWrong_IsSaidAtItsField(string json, params string[] fields)
    {
        var result = await Run.StartAsync(Admin, AdministrationHost.Json(json.Replace("{agent}", _agent.ToString(), StringComparison.Ordinal)));
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Equal(fields.Order(), result.Errors.Keys.Order());
    }

    [Fact]
    public async Task Next_ForEachFault_FailsAsTheTableOfTheKindSays()
    {
        var result = await StartAsync("""{"errorShare":0.4,"rateLimitShare":0.3,"retryAfterSeconds":7,"dropShare":0.2}""", seed: 42);
        var steps = Enumerable.Range(0, 2_000).Select(_ => Book.Next(SubjectKind.Agent, _agent)).ToList();
        AssertShare(0.1, steps.Count(s => s is null));
        AssertShare(0.4, steps.Count(s => s?.Failure is { Kind: FailureKind.Transient, Cause: DeadLetterCauses.AgentError }));
        AssertShare(0.3, steps.Count(s => s?.Failure is { Kind: FailureKind.RateLimited, Cause: DeadLetterCauses.AgentError, RetryAfter: { TotalSeconds: 7 } }));
        AssertShare(0.2, steps.Count(s => s?.Failure is { Kind: FailureKind.Transient, Cause: DeadLetterCauses.AgentUnreachable }));
        Assert.Equal(steps.Count(s => s is not null), (await _host.Get<DrillQueries>().GetAsync(Admin, result.Value!.Id))!.Hits);
        Assert.Null(Book.Next(SubjectKind.Channel, _agent));

        static void AssertShare(double share, int count) => Assert.InRange(count / 2_000.0, share - 0.04, share + 0.04);
    }

    [Fact]
    public async Task Next_WithTheSameSeed_HitsTheSameCalls()
    {
        var first = await PatternAsync(7);
        Assert.Equal(first, await PatternAsync(7));
        Assert.NotEqual(first, await PatternAsync(8));

        async Task<string> PatternAsync(int seed)
        {
            var drill = (await StartAsync("""{"errorShare":0.5}""", seed: seed)).Value!;
            var pattern = string.Concat(Enumerable.Range(0, 100).Select(_ => Book.Next(SubjectKind.Agent, _agent) is null ? '.' : 'x'));
            await Run.StopAsync(Admin, drill.Id);
            return pattern;
        }
    }

    [Fact]
    public async Task Next_DelayedBeyondTheAgentsTimeout_IsATimeoutAfterIt()
    {
        await StartAsync("""{"delayMs":60000}""");
        var step = Book.Next(SubjectKind.Agent, _agent)!;
        Assert.Equal((TimeSpan.FromSeconds(5), FailureKind.Timeout, DeadLetterCauses.AgentTimeout), (step.Delay, step.Failure!.Kind, step.Failure.Cause));
    }

    [Fact]
    public async Task Next_DelayAlone_IsFollowedByTheRealCall()
    {
        await StartAsync("""{"delayMs":200}""");
        Assert.Equal(new DrillStep(TimeSpan.FromMilliseconds(200), null), Book.Next(SubjectKind.Agent, _agent));
    }

    [Fact]
    public async Task Next_AfterItsTime_IsNothingThoughNobodyHasNotedTheEnd()
    {
        var drill = (await StartAsync("""{"errorShare":1}""")).Value!;
        _host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.NotNull(Book.Next(SubjectKind.Agent, _agent));
        Assert.Single(Book.Active(_host.Tenant));
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Book.Next(SubjectKind.Agent, _agent));
        Assert.Empty(Book.Active(_host.Tenant));
        Assert.Equal(0, await Book.KeepAsync(default));
        var ended = (await _host.Get<DrillQueries>().GetAsync(Admin, drill.Id))!;
        Assert.Equal(("ended", drill.Until, 1L), (ended.State, ended.EndedAt, ended.Hits));
        Assert.Equal(1, await EntriesAsync("drill.ended"));
    }

    [Fact]
    public async Task Next_WhenTheMarkIsTakenAway_IsNothingAndTheDrillEnds()
    {
        await StartAsync("""{"errorShare":1}""");
        await MarkAsync(_agent, """{"test":false}""");
        Assert.Null(Book.Next(SubjectKind.Agent, _agent));
        await Book.KeepAsync(default);
        await MarkAsync(_agent, """{"test":true}""");
        Assert.Null(Book.Next(SubjectKind.Agent, _agent));
    }

    [Fact]
    public async Task Stop_EndsItAtOnceAndOnce()
    {
        var drill = (await StartAsync("""{"errorShare":1}""")).Value!;
        Assert.Equal("running", drill.State);
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("stopped", (await Run.StopAsync(Admin, drill.Id)).Value!.State);
        Assert.Null(Book.Next(SubjectKind.Agent, _agent));
        Assert.Equal(_host.Clock.GetUtcNow(), (await Run.StopAsync(Admin, drill.Id)).Value!.EndedAt);
        Assert.Equal(1, await EntriesAsync("drill.stopped"));
        Assert.Equal(AdminStatus.Done, (await StartAsync("""{"errorShare":1}""")).Status);
    }

    [Fact]
    public async Task Start_WhileOneIsOn_IsRefused()
    {
        await StartAsync("""{"errorShare":1}""");
        var second = await StartAsync("""{"dropShare":1}""");
        Assert.Equal(AdminStatus.InUse, second.Status);
        Assert.Contains("on for this agent already", second.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_InTheMidst_GoesOnUntilItsTime()
    {
        var drill = (await StartAsync("""{"errorShare":1}""")).Value!;
        for (var i = 0; i < 3; i++) Book.Next(SubjectKind.Agent, _agent);
        await Book.KeepAsync(default);
        var restarted = new DrillBook(_host.Get<ISystemDbFactory>(), _host.Catalog, _host.Clock);
        Assert.Null(restarted.Next(SubjectKind.Agent, _agent));
        await restarted.LoadAsync(default);
        Assert.NotNull(restarted.Next(SubjectKind.Agent, _agent));
        Assert.Equal((drill.Id, 4L), (restarted.Active(_host.Tenant)[0].Id, restarted.Active(_host.Tenant)[0].Hits));
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await restarted.KeepAsync(default));
    }

    [Fact]
    public async Task Start_WithoutTheRight_IsForbidden()
    {
        var viewer = new Caller(_host.Tenant, ActorKind.Person, Guid.NewGuid(), "vera", [ApiScopeNames.Read, ApiScopeNames.Operate]);
        await Assert.ThrowsAsync<ForbiddenException>(() => Run.StartAsync(viewer, AdministrationHost.Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Run.StopAsync(viewer, Guid.NewGuid()));
        Assert.Empty((await _host.Get<DrillQueries>().ListAsync(viewer, new(10))).Items);
    }

    private Task<AdminResult<DrillView>> StartAsync(string faults, int seed = 1, Guid? agent = null) =>
        Run.StartAsync(Admin, AdministrationHost.Json($$"""{"subject":"{{agent ?? _agent}}","kind":"agent","faults":{{faults}},"minutes":10,"seed":{{seed}} }"""));

    private async Task<Guid> AgentAsync(string name, string settings)
    {
        var agent = (await _host.Get<Gateway.Core.Administration.Agents.SaveAgent>().CreateAsync(Admin, AdministrationHost.Json($$"""{"kind":"echo","name":"{{name}}"}"""))).Value!.Id;
        await MarkAsync(agent, settings);
        return agent;
    }

    private async Task MarkAsync(Guid agent, string settings)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        var row = await db.Agents.FirstAsync(a => a.Id == agent);
        (row.Settings, row.Version) = (settings, row.Version + 1);
        await db.SaveChangesAsync();
        await _host.Catalog.ReloadAsync(default);
    }

    private async Task<int> EntriesAsync(string action)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        return await db.Audit.CountAsync(e => e.Action == action);
    }
}

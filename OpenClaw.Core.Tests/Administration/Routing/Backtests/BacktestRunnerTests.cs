using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Routing.Backtests;

public sealed class BacktestRunnerTests : IAsyncLifetime
{
    private BacktestHost _host = null!;

    private Guid Tenant => _host.Routing.Host.Tenant;

    public async Task InitializeAsync() => _host = await BacktestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Start_OneWasLeftRunning_IsMarkedInterrupted()
    {
        var left = await LeaveAsync(BacktestState.Running);
        await _host.Runner.StartAsync(default);
        await _host.Runner.Beginning;

        var view = (await _host.Queries.GetAsync(Tenant, left))!;

        Assert.Equal(BacktestStates.Interrupted, view.State);
        Assert.NotNull(view.EndedAt);
    }

    [Fact]
    public async Task Cancel_Running_KeepsWhatWasFoundAndSaysWho()
    {
        var left = await LeaveAsync(BacktestState.Running);
        var cancel = _host.Routing.Host.Get<CancelBacktest>();

        var cancelled = await cancel.RunAsync(_host.Routing.Bob, left);
        var again = await cancel.RunAsync(_host.Routing.Bob, left);

        Assert.Equal(BacktestStates.Cancelled, cancelled.Value!.State);
        Assert.Equal(AdminStatus.InUse, again.Status);
        await using var db = _host.Routing.Host.Database.System.Create();
        Assert.Equal("bob", (await db.Audit.SingleAsync(a => a.Action == "backtest.cancelled")).ActorName);
    }

    [Fact]
    public async Task Cancel_AnotherTenants_IsNotFound()
    {
        var left = await LeaveAsync(BacktestState.Running);
        var stranger = Caller.System(await _host.Routing.OtherTenantAsync());

        Assert.Equal(AdminStatus.NotFound, (await _host.Routing.Host.Get<CancelBacktest>().RunAsync(stranger, left)).Status);
        Assert.Null(await _host.Queries.GetAsync(stranger.Tenant, left));
    }

    [Fact]
    public async Task Start_WithoutTheRight_Refused()
    {
        var viewer = _host.Routing.Ada with { Scopes = [ApiScopeNames.Read] };

        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Routing.Host.Get<StartBacktest>().RunAsync(viewer, RoutingHost.Json("{}")));
    }

    [Fact]
    public async Task Start_TooManyRunning_SaysSo()
    {
        for (var i = 0; i < StartBacktest.MostRunning; i++) await LeaveAsync(BacktestState.Running);

        var result = await _host.BeginAsync(new { });

        Assert.Equal(AdminStatus.InUse, result.Status);
        Assert.Contains("Cancel one", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ManyAreKept_TheOldestGo()
    {
        for (var i = 0; i < StartBacktest.MostKept + 5; i++) await LeaveAsync(BacktestState.Done);
        var old = await LeaveAsync(BacktestState.Done, _host.Now.AddDays(-8));

        await _host.TryAsync();

        var list = await _host.Queries.ListAsync(Tenant, new(200));
        Assert.Equal(StartBacktest.MostKept, list.Items.Count + (list.Items.Any(b => b.Id == old) ? 0 : 1)); // the last 20 but for the one that was too old
        Assert.All(list.Items, b => Assert.Null(b.Moves));
    }

    private async Task<Guid> LeaveAsync(BacktestState state, DateTimeOffset? at = null)
    {
        _host.Routing.Host.Clock.Advance(TimeSpan.FromMilliseconds(2));
        await using var db = _host.Routing.Host.Database.System.Create();
        var row = new Backtest { Id = Guid.CreateVersion7(_host.Now), TenantId = Tenant, State = state, Rules = "[]", Since = _host.Now, StartedBy = "ada", StartedAt = at ?? _host.Now };
        db.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    }
}

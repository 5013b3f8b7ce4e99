using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance.Metrics;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Maintenance.Metrics;

public sealed class MetricRecorderTests : IAsyncLifetime
{
    private MetricHost _host = null!;
    private MetricNode _node = null!;
    private ChannelModel _channel = null!;

    private Guid Tenant => _host.Catalog.Tenant.Id;

    public async Task InitializeAsync()
    {
        _host = await MetricHost.StartAsync();
        _channel = _host.Catalog.AddChannel();
        _node = await _host.NodeAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Span_WithMessages_IsOneRowOfEachMeasure()
    {
        await _node.PassAsync(each: () => Handle(3));
        var row = Assert.Single(await _host.RowsAsync(measure: MetricNames.Answered), r => r.TenantId == Tenant);
        Assert.Equal((_channel.Id, 3L, "one", new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)), (row.Subject, row.Count, row.Node, row.At));
        Assert.InRange(row.Sum, 3 * 19, 3 * 21);
        Assert.InRange(row.Max, 19, 21);
        Assert.NotNull(row.Buckets);
        var ofAll = Assert.Single(await _host.RowsAsync(measure: MetricNames.Received), r => r.TenantId == Guid.Empty);
        Assert.Equal((Tenant, 3L), (ofAll.Subject, ofAll.Count));
    }

    [Fact]
    public async Task IdleSpan_WritesOnlyThatTheNodeRuns()
    {
        await _node.PassAsync(each: () => Handle(1));
        await _node.PassAsync(5);
        Assert.Single(await _host.RowsAsync(measure: MetricNames.Received), r => r.TenantId == Tenant);
        Assert.Equal(6, (await _host.RowsAsync(measure: MetricNames.NodeProcessor)).Count);
    }

    [Fact]
    public async Task Restart_WithinTheSameSpan_CountsNothingTwice()
    {
        await _node.PassAsync(each: () => Handle(2));
        _host.Clock.Advance(TimeSpan.FromSeconds(4));
        Handle(1);
        _node.Recorder.Fold(isLast: true);
        await _node.Recorder.WriteAsync(default);
        _node = await _host.NodeAsync();
        await _node.PassAsync(each: () => Handle(5)); // ends the span that the first run has written a part of
        Assert.Equal(3, (await _host.RowsAsync(measure: MetricNames.Received)).Where(r => r.TenantId == Tenant).Sum(r => r.Count));
        await _node.PassAsync();
        Assert.Equal([2, 1, 5], (await _host.RowsAsync(measure: MetricNames.Received)).Where(r => r.TenantId == Tenant).Select(r => r.Count));
    }

    [Fact]
    public async Task DatabaseAway_KeepsPointsAndWritesThemLater()
    {
        var away = new Away(_host.Database.System);
        using var recorder = new MetricRecorder(away, [new ChannelSource(_node.Figures)], _host.Catalog, "two", _host.Clock, NullLogger<MetricRecorder>.Instance);
        await recorder.StartAsync(default);
        away.IsAway = true;
        for (var i = 0; i < 3; i++)
        {
            Handle(i + 1);
            _host.Clock.Advance(TimeSpan.FromSeconds(10));
            recorder.Fold();
            await Assert.ThrowsAsync<IOException>(() => recorder.WriteAsync(default));
        }

        Assert.True(recorder.Pending > 0);
        away.IsAway = false;
        await recorder.WriteAsync(default);
        Assert.Equal(0, recorder.Pending);
        Assert.Equal([1, 2, 3], (await _host.RowsAsync(measure: MetricNames.Received)).Where(r => r.TenantId == Tenant).Select(r => r.Count));
    }

    [Fact]
    public async Task WriteThatWasStoredThoughItFailed_IsNotWrittenAgain()
    {
        var away = new Away(_host.Database.System);
        using var recorder = new MetricRecorder(away, [new ChannelSource(_node.Figures)], _host.Catalog, "two", _host.Clock, NullLogger<MetricRecorder>.Instance);
        await recorder.StartAsync(default);
        Handle(4);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        recorder.Fold();
        using (var gone = new CancellationTokenSource())
        {
            // the connection breaks after the commit: the rows are there, and the writer does not know it
            away.Made = db => db.SavedChanges += (_, _) => throw new IOException("The connection is gone.");
            await Assert.ThrowsAsync<IOException>(() => recorder.WriteAsync(gone.Token));
        }

        away.Made = null;
        Handle(1);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        recorder.Fold();
        await recorder.WriteAsync(default);
        Assert.Equal([4, 1], (await _host.RowsAsync(measure: MetricNames.Received)).Where(r => r.TenantId == Tenant).Select(r => r.Count));
    }

    [Fact]
    public async Task RemovedTenant_LeavesNoRowAndGetsNoneAnyMore()
    {
        await _node.PassAsync(12, () => Handle(1));
        await _node.Recorder.RemoveAsync(Tenant, default);
        await _node.PassAsync(12, () => Handle(1));
        foreach (var resolution in MetricResolution.All)
            Assert.DoesNotContain(await _host.RowsAsync(resolution.Seconds), r => r.TenantId == Tenant || r.Subject == Tenant);
    }

    [Fact]
    public async Task AgentsAnswersAndFailures_AreCountedByAgent()
    {
        var agent = _host.Catalog.AddAgent("echo", "Echo");
        var counters = _node.Agents.For(agent.Id);
        var begun = counters.Begin();
        _host.Clock.Advance(TimeSpan.FromMilliseconds(250));
        counters.End(answered: true);
        counters.Took(begun, null);
        counters.Begin();
        counters.End(answered: false);
        await _node.PassAsync();
        await _node.PassAsync();
        var answers = Assert.Single(await _host.RowsAsync(measure: MetricNames.AgentAnswers));
        Assert.Equal((agent.Id, 1L), (answers.Subject, answers.Count));
        Assert.InRange(answers.Sum, 235, 265);
        Assert.Equal(1, Assert.Single(await _host.RowsAsync(measure: MetricNames.AgentFailures)).Count);
    }

    private void Handle(int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            _node.Figures.Accepted(Tenant, _channel.Id, 800);
            _node.Figures.Answered(Tenant, _channel.Id, 20_000);
        }
    }

    private sealed class Away(ISystemDbFactory inner) : ISystemDbFactory
    {
        public bool IsAway { get; set; }

        public Action<GatewayDbContext>? Made { get; set; }

        public GatewayDbContext Create()
        {
            if (IsAway) throw new IOException("The database is away.");
            var db = inner.Create();
            Made?.Invoke(db);
            return db;
        }
    }
}

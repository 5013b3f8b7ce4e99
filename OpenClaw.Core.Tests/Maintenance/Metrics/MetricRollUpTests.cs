using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Maintenance.Metrics;

public sealed class MetricRollUpTests : IAsyncLifetime
{
    private MetricHost _host = null!;
    private ChannelModel _channel = null!;

    private Guid Tenant => _host.Catalog.Tenant.Id;

    public async Task InitializeAsync()
    {
        _host = await MetricHost.StartAsync();
        _channel = _host.Catalog.AddChannel();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Minute_IsMadeOfItsSpansOnceItHasEnded()
    {
        var node = await _host.NodeAsync();
        await node.PassAsync(5, () => Handle(node, 2));
        Assert.Empty(await _host.RowsAsync(60));
        await node.PassAsync(3, () => Handle(node, 2));
        var minute = Assert.Single(await _host.RowsAsync(60, MetricNames.Answered), r => r.TenantId == Tenant);
        Assert.Equal((12L, new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)), (minute.Count, minute.At));
        var counts = new long[LatencyHistogram.Buckets];
        LatencyBytes.AddTo(counts, minute.Buckets);
        Assert.Equal(12, LatencyHistogram.Figures(counts).Count);
        Assert.Equal(6, Assert.Single(await _host.RowsAsync(60, MetricNames.NodeProcessor)).Count);
    }

    [Fact]
    public async Task Hours_HoldAllThatWasCounted_AndOldRowsGo()
    {
        var node = await _host.NodeAsync();
        await node.PassAsync(6 * 60 * 3, () => Handle(node, 1));
        Assert.Equal([360, 360, 360], (await _host.RowsAsync(3600, MetricNames.Received)).Where(r => r.TenantId == Tenant).Select(r => r.Count));
        var oldest = (await _host.RowsAsync())[0].At;
        Assert.InRange(_host.Clock.GetUtcNow() - oldest, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(92));
        Assert.Equal(1080, (await _host.RowsAsync(60, MetricNames.Received)).Where(r => r.TenantId == Tenant).Sum(r => r.Count));
    }

    [Fact]
    public async Task Restart_InTheMiddleOfAnHour_MakesTheHourOfBothRuns()
    {
        var first = await _host.NodeAsync();
        await first.PassAsync(6 * 25, () => Handle(first, 1));
        var second = await _host.NodeAsync();
        await second.PassAsync(6 * 36, () => Handle(second, 1));
        Assert.Equal(359, Assert.Single(await _host.RowsAsync(3600, MetricNames.Received), r => r.TenantId == Tenant && r.At.Hour == 10).Count, tolerance: 1);
    }

    [Fact]
    public async Task NodeThatFellSilent_IsRolledUpByAnother()
    {
        var (one, two) = (await _host.NodeAsync("one"), await _host.NodeAsync("two"));
        await one.PassAsync(9, () => Handle(one, 1));
        await two.PassAsync(6 * 60, () => { });
        var rows = (await _host.RowsAsync(3600, MetricNames.Received)).Where(r => r.TenantId == Tenant).ToList();
        Assert.Equal(("one", 9L), (Assert.Single(rows).Node, rows[0].Count));
    }

    [Fact]
    public async Task Bound_OfRowsOfABusyChannel_IsWhatTheDocsSay()
    {
        var most = MetricResolution.All.Sum(r => r.Kept / r.Span);
        Assert.Equal(540 + 480 + 432 + 744, most);
        // the key and the columns stay small: a histogram of a wild minute has some hundred bytes
        var node = await _host.NodeAsync();
        var random = new Random(3);
        await node.PassAsync(7, () =>
        {
            for (var i = 0; i < 2_000; i++) node.Figures.Answered(Tenant, _channel.Id, (long)Math.Exp(random.NextDouble() * 17));
        });
        Assert.All(await _host.RowsAsync(60, MetricNames.Answered), (MetricPoint r) => Assert.InRange(r.Buckets?.Length ?? 0, 1, 600));
    }

    private void Handle(MetricNode node, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            node.Figures.Accepted(Tenant, _channel.Id, 800);
            node.Figures.Answered(Tenant, _channel.Id, 20_000);
        }
    }
}

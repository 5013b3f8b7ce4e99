using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Maintenance.Metrics;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Maintenance.Metrics;

/// <summary>A node that keeps figures, with a clock that the test moves.</summary>
internal sealed class MetricHost : IAsyncDisposable
{
    private readonly List<IDisposable> _made = [];

    private MetricHost(TestDatabase database) => Database = database;

    public TestClock Clock { get; } = new(new(2026, 11, 22, 10, 0, 3, TimeSpan.Zero));

    public TestDatabase Database { get; }

    public FakeCatalog Catalog { get; } = new();

    public MetricQueries Queries => new(Database.System, Catalog, Clock);

    public static async Task<MetricHost> StartAsync() => new(await TestDatabase.CreateAsync());

    /// <summary>Another run of a node, with counters of its own.</summary>
    public async Task<MetricNode> NodeAsync(string name = "one")
    {
        var figures = new LiveFigures(Clock);
        var agents = new AgentLoads(Clock);
        var recorder = new MetricRecorder(Database.System, [new ChannelSource(figures), new AgentSource(agents, Catalog), new Beat()], Catalog, name, Clock, NullLogger<MetricRecorder>.Instance);
        _made.AddRange([figures, recorder]);
        await recorder.StartAsync(default);
        return new(this, recorder, new(Database.System, name, Clock), figures, agents);
    }

    public async Task<List<MetricPoint>> RowsAsync(int resolution = 10, string? measure = null)
    {
        await using var db = Database.System.Create();
        return await db.MetricPoints.AsNoTracking().Where(p => p.Resolution == resolution && (measure == null || p.Measure == measure)).OrderBy(p => p.At).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _made) one.Dispose();
        await Database.DisposeAsync();
    }

    private sealed class Beat : IMetricSource
    {
        public void Fold(MetricFold fold) => fold.Level(Guid.Empty, MetricNames.NodeProcessor, Guid.Empty, 0, always: true);
    }
}

/// <summary>A node's run.</summary>
internal sealed record MetricNode(MetricHost Host, MetricRecorder Recorder, MetricRollUp RollUp, LiveFigures Figures, AgentLoads Agents)
{
    /// <summary>So many spans of ten seconds pass; in each of them happens what the test says.</summary>
    public async Task PassAsync(int spans = 1, Action? each = null)
    {
        for (var i = 0; i < spans; i++)
        {
            each?.Invoke();
            var now = Host.Clock.GetUtcNow();
            Host.Clock.Advance(MetricResolution.Finest.Floor(now) + TimeSpan.FromSeconds(10) - now);
            Recorder.Fold();
            var until = Recorder.FoldedUntil;
            await Recorder.WriteAsync(default);
            await RollUp.RunAsync(until, default);
        }
    }
}

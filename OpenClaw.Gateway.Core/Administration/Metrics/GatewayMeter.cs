using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>
/// The same figures as instruments of .NET, for OTLP and whoever else listens in the process. Counts are read when they are asked for; durations are recorded one by one, and
/// only while somebody listens.
/// </summary>
internal sealed class GatewayMeter : IHostedService, IDurationRecorder
{
    private readonly ICatalog _catalog;
    private readonly MetricFamilies _families;
    private readonly Histogram<double> _process;
    private readonly Histogram<double> _stage;
    private readonly Histogram<double> _agent;
    private readonly Histogram<double> _commit;

    public GatewayMeter(IMeterFactory meters, ICatalog catalog, MetricFamilies families, LiveFigures figures, AgentLoads agents, Journal journal)
    {
        (_catalog, _families) = (catalog, families);
        var meter = meters.Create(GatewayTelemetry.Name);
        foreach (var family in families.All) Observe(meter, family);
        (_process, _stage) = (Durations(meter, "messaging.process.duration"), Durations(meter, "openclaw.message.stage.duration"));
        (_agent, _commit) = (Durations(meter, "gen_ai.client.operation.duration"), Durations(meter, "openclaw.journal.commit.duration"));
        (figures.Recorder, agents.Recorder, journal.Recorder) = (this, this, this);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Took(MessageStage stage, Guid channel, long micros)
    {
        if (stage == MessageStage.Answered ? !_process.Enabled : !_stage.Enabled) return;
        if (_catalog.FindChannel(channel) is not { } model) return;
        if (stage == MessageStage.Answered) _process.Record(micros / 1e6, new("tenant", model.Tenant.Slug), new("channel", model.Name));
        else _stage.Record(micros / 1e6, new("tenant", model.Tenant.Slug), new("stage", Word(stage)));
    }

    /// <inheritdoc />
    public void Took(Guid agent, TimeSpan time)
    {
        if (_agent.Enabled && _catalog.FindAgent(agent) is { } model) _agent.Record(time.TotalSeconds, new("tenant", model.Tenant.Slug), new("agent", model.Name));
    }

    /// <inheritdoc />
    public void Committed(TimeSpan time) => _commit.Record(time.TotalSeconds);

    private static string Word(MessageStage stage) => stage switch { MessageStage.Stored => "stored", MessageStage.Routed => "routed", _ => "delivered" };

    private void Observe(Meter meter, MetricFamily family)
    {
        if (family.Type == MetricType.Counter) meter.CreateObservableCounter(family.Name, () => Measure(family, static v => (long)v), Empty(family.Unit), family.Help);
        else if (family.Type == MetricType.Gauge) meter.CreateObservableGauge(family.Name, () => Measure(family, static v => v), Empty(family.Unit), family.Help);
    }

    private IEnumerable<Measurement<T>> Measure<T>(MetricFamily family, Func<double, T> value)
        where T : struct =>
        family.Read(_families.View()).Select(s => new Measurement<T>(value(s.Value), s.Labels.Select(l => new KeyValuePair<string, object?>(l.Name, l.Value))));

    private Histogram<double> Durations(Meter meter, string name)
    {
        var family = _families.All.Single(f => f.Name == name);
        return meter.CreateHistogram(name, family.Unit, family.Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets.Bounds });
    }

    private static string? Empty(string unit) => unit.Length == 0 ? null : unit;
}

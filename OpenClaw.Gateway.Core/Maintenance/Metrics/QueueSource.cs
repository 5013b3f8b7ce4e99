using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>What waits for agents at this moment, and for how long.</summary>
internal sealed class QueueSource(SessionTable sessions, TimeProvider time) : IMetricSource
{
    public void Fold(MetricFold fold)
    {
        var now = Micros.Now(time);
        foreach (var backlog in sessions.Backlogs())
        {
            fold.Level(backlog.Tenant, MetricNames.Waiting, backlog.Channel, backlog.Messages);
            fold.Level(backlog.Tenant, MetricNames.WaitingAge, backlog.Channel, (now - backlog.OldestAt) / 1000.0);
        }
    }
}

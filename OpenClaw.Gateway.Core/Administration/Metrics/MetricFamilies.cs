using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Events;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>All metrics of a node (docs/operations/telemetry.md says what each means). Names follow OpenTelemetry's conventions for messaging and generative AI where they fit.</summary>
internal sealed partial class MetricFamilies(
    ICatalog catalog, SessionTable sessions, LiveFigures figures, TenantLoads tenants, AgentLoads agents, UsageMeter usage, ICircuits circuits,
    Journal journal, EventBus events, ExportFigures export, ScaleSignal signal, TimeProvider time, IChannelLinks? links = null)
{
    private static readonly (RefusalCode Code, string Name)[] Refusals =
    [
        (RefusalCode.Overloaded, "overloaded"), (RefusalCode.RateLimited, "rate_limited"), (RefusalCode.TooLarge, "too_large"), (RefusalCode.NotAllowed, "not_allowed"), (RefusalCode.Invalid, "invalid"),
    ];

    private IReadOnlyList<MetricFamily>? _all;

    /// <summary>Each of them, in the order of the page.</summary>
    public IReadOnlyList<MetricFamily> All => _all ??= [.. OfMessages(), .. OfStages(), .. OfAgents(), .. OfNode()];

    /// <summary>What is there to be looked at.</summary>
    public MetricScope View(Guid? tenant = null) => new(catalog, agents, tenant);

    private IEnumerable<MetricFamily> OfMessages()
    {
        yield return Gauge("openclaw.queue.depth", "{message}", "Messages that are accepted and that no agent has been given yet.", view =>
        {
            var backlogs = sessions.Backlogs().ToDictionary(b => b.Channel);
            return view.Channels.Select(c => Of(c, backlogs.GetValueOrDefault(c.Id).Messages));
        });
        yield return Gauge("openclaw.queue.oldest", "s", "Age of the oldest message that no agent has been given yet; 0 when none waits.", view => [new(Oldest(view))]);
        yield return Count("messaging.client.consumed.messages", "{message}", "Messages accepted and made durable since the start of the node, by the channel that they came in by.", PerChannel(t => t.Accepted, withSystem: true));
        yield return Count("messaging.client.sent.messages", "{message}", "Replies that their platform or client has, since the start of the node.", PerChannel(t => t.Delivered, withSystem: true));
        yield return Count("openclaw.messages.accepted", "{message}", "Messages made durable since the start of the node.", PerChannel(t => t.Accepted));
        yield return Count("openclaw.messages.answered", "{message}", "Messages answered since the start of the node.", PerChannel(t => t.Answered));
        yield return Count("openclaw.messages.dead", "{message}", "Messages that became dead letters since the start of the node, quarantined ones too.", PerChannel(t => t.Dead));
        yield return Count("openclaw.messages.refused", "{message}", "Messages refused since the start of the node; nothing of them was kept.", view => view.Tenants.SelectMany(t => Refusals.Select(r => new MetricSample(tenants.Of(t.Id).RefusedFor(r.Code), ("tenant", t.Slug), ("reason", r.Name)))));
        yield return Gauge("openclaw.messages.in_memory", "{message}", "Messages in the mailboxes of sessions: being answered, held back, or waiting for either.", view => view.Tenants.Select(t => new MetricSample(tenants.Of(t.Id).InMailboxes, ("tenant", t.Slug))));
        yield return Count("openclaw.delivery.retries", "{attempt}", "Attempts to deliver a reply that failed and are made again, since the start of the node.", PerChannel(t => t.SendFailures));
        yield return Gauge("openclaw.open_sockets", "{connection}", "Open sockets of web clients.", PerLive(f => f.OpenSockets));
        yield return Gauge("openclaw.channel.gap", "s", "For how long a channel has not been connected and may have missed messages; 0 while it is connected or has caught up.", view => view.Channels.Where(c => links?.Look(c.Id) is not null).Select(c => Of(c, Gap(c.Id))));
    }

    private IEnumerable<MetricFamily> OfStages()
    {
        yield return Durations("messaging.process.duration", "From a message's acceptance until its answer is durable, in seconds, by channel.", view => Traffic(view).Select(c => new MetricSample(0, ("tenant", c.Model.Tenant.Slug), ("channel", c.Model.Name)) { Buckets = DurationBuckets.Of(c.Totals.Answering) }));
        yield return Durations("openclaw.message.stage.duration", "How long stages of a message take, in seconds: stored (from accepted to durable), routed (from accepted until an agent is chosen), delivered (from the reply's writing until its platform or client has it).", view => Traffic(view).GroupBy(c => c.Model.Tenant.Slug).SelectMany(t => new[]
        {
            Stage(t.Key, "stored", t.Select(c => c.Totals.Storing)), Stage(t.Key, "routed", t.Select(c => c.Totals.Routing)), Stage(t.Key, "delivered", t.Select(c => c.Totals.Sending)),
        }));
    }

    /// <summary>Channels that had messages since the start: the others would only be rows of zeros.</summary>
    private List<(ChannelModel Model, ChannelTotals Totals)> Traffic(MetricScope view)
    {
        var counters = figures.Channels.ToDictionary(c => c.Channel);
        return [.. view.Channels.Where(c => counters.ContainsKey(c.Id)).Select(c => (c, Totals(counters[c.Id]))).Where(c => c.Item2.Accepted + c.Item2.Answered + c.Item2.Delivered > 0)];
    }

    private Func<MetricScope, IEnumerable<MetricSample>> PerChannel(Func<ChannelTotals, double> value, bool withSystem = false) => view =>
    {
        var counters = figures.Channels.ToDictionary(c => c.Channel);
        return view.Channels.Select(c => Of(c, counters.TryGetValue(c.Id, out var found) ? value(Totals(found)) : 0, withSystem));
    };

    private Func<MetricScope, IEnumerable<MetricSample>> PerLive(Func<ChannelFigures, double> value) => view =>
    {
        var live = view.Tenants.SelectMany(t => figures.Snapshot(t.Id).Channels).ToDictionary(c => c.Channel);
        return view.Channels.Where(c => live.ContainsKey(c.Id)).Select(c => Of(c, value(live[c.Id])));
    };

    private double Oldest(MetricScope view)
    {
        var mine = view.Channels.Select(c => c.Id).ToHashSet();
        var oldest = sessions.Backlogs().Where(b => mine.Contains(b.Channel)).Select(b => b.OldestAt).DefaultIfEmpty(long.MaxValue).Min();
        return oldest == long.MaxValue ? 0 : Math.Max(0, (Micros.Now(time) - oldest) / 1e6);
    }

    private double Gap(Guid channel) => links?.Look(channel)?.Gap is { } gap ? Math.Max(0, (time.GetUtcNow() - gap.Since).TotalSeconds) : 0;

    private static ChannelTotals Totals(ChannelCounters counters)
    {
        var totals = new ChannelTotals();
        counters.Read(totals);
        return totals;
    }

    private static MetricSample Stage(string tenant, string stage, IEnumerable<long[]> fine)
    {
        var sum = new long[LatencyHistogram.Buckets];
        foreach (var counts in fine)
            for (var i = 0; i < sum.Length; i++) sum[i] += counts[i];
        return new(0, ("tenant", tenant), ("stage", stage)) { Buckets = DurationBuckets.Of(sum) };
    }

    private static MetricSample Of(ChannelModel channel, double value, bool withSystem = false) => withSystem
        ? new(value, ("tenant", channel.Tenant.Slug), ("channel", channel.Name), ("messaging_system", channel.Kind))
        : new(value, ("tenant", channel.Tenant.Slug), ("channel", channel.Name));

    private static MetricFamily Gauge(string name, string unit, string help, Func<MetricScope, IEnumerable<MetricSample>> read) => new(name, MetricType.Gauge, unit, help, read);

    private static MetricFamily Count(string name, string unit, string help, Func<MetricScope, IEnumerable<MetricSample>> read) => new(name, MetricType.Counter, unit, help, read);

    private static MetricFamily Durations(string name, string help, Func<MetricScope, IEnumerable<MetricSample>> read) => new(name, MetricType.Histogram, "s", help, read);
}

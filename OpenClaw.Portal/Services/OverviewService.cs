using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Portal.Services;

/// <summary>What the Overview shows of one tenant at one moment. <c>Fault</c> says why messages cannot be made durable now.</summary>
public sealed record OverviewModel(LiveSnapshot Live, IReadOnlyList<ChannelRow> Channels, int DeadLetters, string? Fault)
{
    /// <summary>Channels and agents that are stopped, or whose circuit is open.</summary>
    public IReadOnlyList<QueueView> HeldUp { get; init; } = [];
}

/// <summary>A channel with its figures; a channel without traffic has zeros.</summary>
public sealed record ChannelRow(Guid Id, string Name, string Kind, bool Enabled, ChannelFigures Figures);

/// <summary>Puts the Overview together. Figures come from memory; only dead letters are counted in the database, and seldom.</summary>
public sealed class OverviewService(ILiveFigures figures, ICatalog catalog, DeadLetterQueries deadLetters, IJournalHealth health, QueueQueries queues, TimeProvider time)
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, (long At, int Count)> _counted = new();

    /// <summary>The tenant's present.</summary>
    public async Task<OverviewModel> GetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        var live = figures.Snapshot(tenant);
        var known = live.Channels.ToDictionary(c => c.Channel);
        var channels = catalog.Channels.Where(c => c.Tenant.Id == tenant)
            .Select(c => new ChannelRow(c.Id, c.Name, c.Kind, c.Enabled, known.GetValueOrDefault(c.Id) ?? new(c.Id, 0, 0, 0, default, 0, 0, 0, 0)))
            .OrderByDescending(c => c.Figures.MessagesPerSecond).ThenBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).ToList();
        return new(live, channels, await CountAsync(tenant, cancellationToken), health.Fault) { HeldUp = [.. (await queues.AllAsync(tenant, cancellationToken)).Where(q => q.IsHeldUp)] };
    }

    private async Task<int> CountAsync(Guid tenant, CancellationToken cancellationToken)
    {
        if (_counted.TryGetValue(tenant, out var last) && time.GetElapsedTime(last.At) < CountEvery) return last.Count;
        var count = await deadLetters.CountAsync(tenant, new() { State = DeadLetterStates.Open }, cancellationToken);
        _counted[tenant] = (time.GetTimestamp(), count);
        return count;
    }
}

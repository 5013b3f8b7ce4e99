using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>
/// How a channel does on this node. <c>State</c> is <c>running</c>, <c>disabled</c>, <c>suspended</c> (its tenant is) or <c>failing</c>
/// (messages cannot be stored or answered); <c>Cause</c>, <c>Detail</c> and <c>Fix</c> say why and what to do.
/// </summary>
public sealed record ChannelStatus(
    string State, double MessagesPerSecond, double AnsweredPerSecond, double DeliveredPerSecond, long ActiveSessions, long OpenSockets, long Unfinished, long DeadLetters)
{
    /// <summary>The cause of a channel that works and was never used.</summary>
    public const string NoConnection = "no_connection";

    /// <summary>The cause of a channel whose connection to its platform is being made, and nothing is wrong so far.</summary>
    public const string Connecting = "connecting";

    /// <summary>A stable name of the reason; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cause { get; init; }

    /// <summary>The reason for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>What to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fix { get; init; }

    /// <summary>Messages accepted today (UTC).</summary>
    public long InToday { get; init; }

    /// <summary>Replies delivered today (UTC).</summary>
    public long OutToday { get; init; }

    /// <summary>When a message was last accepted; null = none is known.</summary>
    public DateTimeOffset? LastInAt { get; init; }

    /// <summary>When a reply was last delivered; null = none is known.</summary>
    public DateTimeOffset? LastOutAt { get; init; }

    /// <summary>Replies that are not sent yet; absent for channels whose connections take them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WaitingReplies { get; init; }

    /// <summary>When a reply could last not be sent, since the start of the gateway.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>What happened then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastFailure { get; init; }

    /// <summary>Why no replies are sent at this moment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Held { get; init; }

    /// <summary>Its connection to the platform; absent for kinds that hold none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConnectionView? Connection { get; init; }

    /// <summary>What is left of the platform's limits; absent for kinds whose platform has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LimitView>? Limits { get; init; }
}

/// <summary>Reads channels' status.</summary>
public sealed class ChannelStatusQuery(
    ICatalog catalog, ILiveFigures figures, ChannelHealth health, ChannelTraffic traffic, IOutbox? outbox = null, IChannelLinks? links = null, IEnumerable<IChannelBudget>? budgets = null)
{
    private readonly IChannelBudget[] _budgets = [.. budgets ?? []];

    /// <summary>The status, or null when the tenant has no such channel.</summary>
    public async Task<ChannelStatus?> GetAsync(Guid tenant, Guid channel, CancellationToken cancellationToken = default)
    {
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != tenant) return null;
        var live = figures.Snapshot(tenant);
        return Of(model, live, await traffic.TodayAsync(tenant, live, cancellationToken));
    }

    /// <summary>The status of all the tenant's channels, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, ChannelStatus>> ListAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        var live = figures.Snapshot(tenant);
        var today = await traffic.TodayAsync(tenant, live, cancellationToken);
        return catalog.Channels.Where(c => c.Tenant.Id == tenant).ToDictionary(c => c.Id, c => Of(c, live, today));
    }

    private ChannelStatus Of(ChannelModel channel, LiveSnapshot snapshot, IReadOnlyDictionary<Guid, ChannelDay> today)
    {
        var live = snapshot.Channels.FirstOrDefault(c => c.Channel == channel.Id) ?? new(channel.Id, 0, 0, 0, default, 0, 0, 0, 0);
        var day = today.GetValueOrDefault(channel.Id);
        var condition = health.Judge(channel);
        var link = links?.Look(channel.Id);
        if (link is null && condition is { State: "running", Cause: null } && live.OpenSockets == 0 && day.LastInAt is null)
            condition = new("running", ChannelStatus.NoConnection, "It is ready, and nobody has connected yet.", "Put it where people are, or write a first message yourself.");
        var lane = outbox?.Look(channel.Id);
        return new(condition.State, live.MessagesPerSecond, live.AnsweredPerSecond, live.DeliveredPerSecond, live.ActiveSessions, live.OpenSockets, live.Unfinished, live.DeadLetters)
        {
            Cause = condition.Cause, Detail = condition.Detail, Fix = condition.Fix, InToday = day.In, OutToday = day.Out, LastInAt = day.LastInAt, LastOutAt = day.LastOutAt,
            WaitingReplies = lane?.Waiting, LastFailureAt = lane?.LastFailureAt, LastFailure = lane?.LastFailure, Held = lane?.Held,
            Connection = link is null ? null : ConnectionView.Of(link), Limits = _budgets.FirstOrDefault(b => b.Kind == channel.Kind)?.Look(channel.Id) is { } left ? [.. left.Select(LimitView.Of)] : null,
        };
    }
}

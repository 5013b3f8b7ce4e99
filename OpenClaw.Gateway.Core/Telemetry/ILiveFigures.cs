namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What goes on at this moment, kept in memory and rolled once a second: for the portal's Overview.</summary>
public interface ILiveFigures
{
    /// <summary>A tenant's figures as of the last roll; all zero for a tenant without traffic since the start.</summary>
    LiveSnapshot Snapshot(Guid tenant);
}

/// <summary>One tenant's figures. Rates are averages of the last <see cref="RateSeconds"/> seconds, latencies of the last minute.</summary>
public sealed record LiveSnapshot
{
    /// <summary>Over how many seconds rates are averaged: a lone message does not flicker, a stop is seen soon.</summary>
    public const int RateSeconds = 5;

    /// <summary>When the figures were rolled.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Accepted messages per second, all channels.</summary>
    public double MessagesPerSecond => Channels.Sum(c => c.MessagesPerSecond);

    /// <summary>Answered messages per second, all channels.</summary>
    public double AnsweredPerSecond => Channels.Sum(c => c.AnsweredPerSecond);

    /// <summary>Delivered replies per second, all channels.</summary>
    public double DeliveredPerSecond => Channels.Sum(c => c.DeliveredPerSecond);

    /// <summary>From accepted to answered, over the last minute, all channels.</summary>
    public required LatencyFigures Latency { get; init; }

    /// <summary>Sessions in the memory of this node.</summary>
    public long ActiveSessions => Channels.Sum(c => c.ActiveSessions);

    /// <summary>Open client sockets.</summary>
    public long OpenSockets => Channels.Sum(c => c.OpenSockets);

    /// <summary>Messages accepted and not yet answered, dropped or dead.</summary>
    public long Unfinished => Channels.Sum(c => c.Unfinished);

    /// <summary>Messages that became dead letters since the start of this node.</summary>
    public long DeadLetters => Channels.Sum(c => c.DeadLetters);

    /// <summary>Each channel that had traffic since the start.</summary>
    public required IReadOnlyList<ChannelFigures> Channels { get; init; }

    /// <summary>Accepted messages in each of the last 60 seconds, oldest first.</summary>
    public required IReadOnlyList<int> LastMinute { get; init; }
}

/// <summary>One channel's figures; meanings as in <see cref="LiveSnapshot"/>.</summary>
public sealed record ChannelFigures(
    Guid Channel,
    double MessagesPerSecond,
    double AnsweredPerSecond,
    double DeliveredPerSecond,
    LatencyFigures Latency,
    long ActiveSessions,
    long OpenSockets,
    long Unfinished,
    long DeadLetters)
{
    /// <summary>Messages accepted since the start of this node.</summary>
    public long Accepted { get; init; }

    /// <summary>Messages answered since the start of this node.</summary>
    public long Answered { get; init; }

    /// <summary>Replies delivered since the start of this node.</summary>
    public long Delivered { get; init; }

    /// <summary>In which second a message was last accepted; null = not since the start.</summary>
    public DateTimeOffset? LastInAt { get; init; }

    /// <summary>In which second a reply was last delivered; null = not since the start.</summary>
    public DateTimeOffset? LastOutAt { get; init; }
}

/// <summary>Percentiles in milliseconds, exact to about 6 %; zero when <paramref name="Count"/> is zero.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct LatencyFigures(long Count, double P50, double P95, double P99);

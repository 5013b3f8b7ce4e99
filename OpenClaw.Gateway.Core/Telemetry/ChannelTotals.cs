namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What a channel's counters stand at: for whoever looks what was added since the last look.</summary>
internal sealed class ChannelTotals
{
    public long Accepted { get; set; }

    public long Answered { get; set; }

    public long Delivered { get; set; }

    public long Dead { get; set; }

    public long SendFailures { get; set; }

    /// <summary>How long it took to make messages durable.</summary>
    public long[] Storing { get; } = new long[LatencyHistogram.Buckets];

    /// <summary>How long messages took from acceptance to answer.</summary>
    public long[] Answering { get; } = new long[LatencyHistogram.Buckets];

    /// <summary>How long replies took to their platform.</summary>
    public long[] Sending { get; } = new long[LatencyHistogram.Buckets];

    /// <summary>How long messages took from acceptance until an agent was chosen.</summary>
    public long[] Routing { get; } = new long[LatencyHistogram.Buckets];

    public void Clear()
    {
        (Accepted, Answered, Delivered, Dead, SendFailures) = (0, 0, 0, 0, 0);
        Array.Clear(Storing);
        Array.Clear(Answering);
        Array.Clear(Sending);
        Array.Clear(Routing);
    }
}

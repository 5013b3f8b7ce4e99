using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>What one node counted of one thing in one span of time: a point of a chart. Nothing of any person.</summary>
public sealed class MetricPoint : ITenantOwned
{
    /// <summary>The tenant; <see cref="Guid.Empty"/> for the installation as a whole.</summary>
    public Guid TenantId { get; set; }

    /// <summary>As in <c>messages.received</c>, <c>agent.duration</c>.</summary>
    public required string Measure { get; set; }

    /// <summary>Length of the span in seconds.</summary>
    public int Resolution { get; set; }

    /// <summary>The channel or agent; <see cref="Guid.Empty"/> where it is of neither.</summary>
    public Guid Subject { get; set; }

    /// <summary>Where the span begins, a multiple of its length.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The node that counted.</summary>
    public required string Node { get; set; }

    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>Their sum in the measure's unit (milliseconds, messages, bytes).</summary>
    public double Sum { get; set; }

    /// <summary>The greatest of them.</summary>
    public double Max { get; set; }

    /// <summary>How they are spread, where the measure is a duration.</summary>
    public byte[]? Buckets { get; set; }
}

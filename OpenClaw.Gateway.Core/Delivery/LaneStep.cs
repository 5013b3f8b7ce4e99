namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What a lane goes on with after it has tried a reply: a closed set.</summary>
internal readonly record struct LaneStep
{
    /// <summary>The reply has left the lane.</summary>
    public static LaneStep Over => default;

    /// <summary>It is tried again, not before that.</summary>
    public DateTimeOffset? Again { get; private init; }

    public static LaneStep At(DateTimeOffset time) => new() { Again = time };
}

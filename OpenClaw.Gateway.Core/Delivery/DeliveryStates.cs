namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What the table Deliveries says of a reply.</summary>
internal static class DeliveryStates
{
    /// <summary>An attempt is running; read at a start: the process died in it.</summary>
    public const string Started = "started";

    /// <summary>The next attempt is awaited.</summary>
    public const string Waiting = "waiting";

    /// <summary>The platform has it.</summary>
    public const string Sent = "sent";

    /// <summary>It is a dead letter.</summary>
    public const string Failed = "failed";
}

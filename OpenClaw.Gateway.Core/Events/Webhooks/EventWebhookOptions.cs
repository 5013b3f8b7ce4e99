namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>What holds for all endpoints.</summary>
internal sealed record EventWebhookOptions
{
    /// <summary>One that has taken nothing for so long is switched off.</summary>
    public TimeSpan DisabledAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>What an endpoint has to answer within.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Requests to one endpoint at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Events that may wait for one endpoint; beyond it the oldest are given up.</summary>
    public int Backlog { get; init; } = 1_000_000;

    /// <summary>An event that was not taken for so long is given up, also while its endpoint is switched off.</summary>
    public TimeSpan OldestWaiting { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Chance for the pauses, 0 to 1.</summary>
    public Func<double> Chance { get; init; } = new Random().NextDouble;
}

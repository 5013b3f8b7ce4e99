using System.Collections.Frozen;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>What is kept in the database for the charts, by name. Durations are in milliseconds.</summary>
public static class MetricNames
{
    /// <summary>Messages made durable, by channel; how long that took.</summary>
    public const string Received = "messages.received";

    /// <summary>Messages answered, by channel; how long that took from their acceptance on.</summary>
    public const string Answered = "messages.answered";

    /// <summary>Replies that the platform has, by channel; how long that took from their writing on.</summary>
    public const string Delivered = "messages.delivered";

    /// <summary>Messages and replies that became dead letters, by channel.</summary>
    public const string Dead = "messages.dead";

    /// <summary>Messages that were refused, of a tenant.</summary>
    public const string Refused = "messages.refused";

    /// <summary>How many messages wait for an agent, by channel, looked at every ten seconds.</summary>
    public const string Waiting = "queue.depth";

    /// <summary>How long the oldest of them waits, by channel, looked at every ten seconds.</summary>
    public const string WaitingAge = "queue.age";

    /// <summary>Answers of an agent; how long they took.</summary>
    public const string AgentAnswers = "agent.answers";

    /// <summary>Requests to an agent that failed, those counted that were made again.</summary>
    public const string AgentFailures = "agent.failures";

    /// <summary>Attempts to deliver a reply that failed and are made again, by channel.</summary>
    public const string DeliveryFailures = "delivery.failures";

    /// <summary>Tokens that models read, of a tenant.</summary>
    public const string TokensRead = "tokens.read";

    /// <summary>Tokens that models wrote, of a tenant.</summary>
    public const string TokensWritten = "tokens.written";

    /// <summary>Groups that the journal committed, of a node; how long a commit took.</summary>
    public const string JournalGroups = "journal.groups";

    /// <summary>Entries in these groups, of a node.</summary>
    public const string JournalEntries = "journal.entries";

    /// <summary>Events that slow listeners did not get, of a node.</summary>
    public const string EventsDropped = "events.dropped";

    /// <summary>The processors' use in percent of all of them, of a node. Written every ten seconds: where it is missing, the node did not run.</summary>
    public const string NodeProcessor = "node.processor";

    /// <summary>The process's memory in megabytes, of a node.</summary>
    public const string NodeMemory = "node.memory";

    /// <summary>All of them, with what they are.</summary>
    public static FrozenDictionary<string, MetricKind> All { get; } = new Dictionary<string, MetricKind>(StringComparer.Ordinal)
    {
        [Received] = MetricKind.Duration,
        [Answered] = MetricKind.Duration,
        [Delivered] = MetricKind.Duration,
        [Dead] = MetricKind.Count,
        [Refused] = MetricKind.Count,
        [Waiting] = MetricKind.Level,
        [WaitingAge] = MetricKind.Level,
        [AgentAnswers] = MetricKind.Duration,
        [AgentFailures] = MetricKind.Count,
        [DeliveryFailures] = MetricKind.Count,
        [TokensRead] = MetricKind.Count,
        [TokensWritten] = MetricKind.Count,
        [JournalGroups] = MetricKind.Duration,
        [JournalEntries] = MetricKind.Count,
        [EventsDropped] = MetricKind.Count,
        [NodeProcessor] = MetricKind.Level,
        [NodeMemory] = MetricKind.Level,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>How a measure is to be read.</summary>
public enum MetricKind
{
    /// <summary>Things that happened: they add up over time.</summary>
    Count = 0,

    /// <summary>Things that happened and took a time: percentiles are told too.</summary>
    Duration = 1,

    /// <summary>How high something stood: its mean and its greatest value count.</summary>
    Level = 2,
}

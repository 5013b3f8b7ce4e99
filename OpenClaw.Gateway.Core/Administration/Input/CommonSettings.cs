using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>Settings that channels and agents of every kind have (contract: management-api.md, Bodies).</summary>
public static class CommonSettings
{
    private static readonly SettingSpec Retry = new("retry", SettingType.Structure)
    {
        Label = "Tries", Advanced = true, Help = "How often and how soon what failed for the moment is tried again, before it becomes a dead letter.",
        Fields =
        [
            new("attempts", SettingType.WholeNumber) { Default = "8", Min = 1, Max = 100, Label = "Tries in all", Help = "The first one is counted too." },
            new("baseDelayMs", SettingType.WholeNumber) { Default = "1000", Min = 0, Max = 3_600_000, Label = "First pause", Help = "Before the second try; each further pause is about twice as long." },
            new("maxDelayMs", SettingType.WholeNumber) { Default = "30000", Min = 0, Max = 86_400_000, Label = "Longest pause", Help = "However often it was tried." },
        ],
    };

    private static readonly SettingSpec Health = new("health", SettingType.Structure)
    {
        Label = "Health", Advanced = true, Help = "The gateway looks now and then whether the agent could be asked. One that is not well is passed over while others of its pool or rule can answer.",
        Fields =
        [
            new("everySeconds", SettingType.WholeNumber) { Min = 0, Max = 3_600, Label = "Look every", Example = "30", Help = "Seconds. 0 = not at all. Left empty: 30 where the kind has something to look at." },
            new("failures", SettingType.WholeNumber) { Default = "2", Min = 1, Max = 20, Label = "Failed looks", Help = "So many in a row until it counts as not well. One that succeeds is enough to be well again." },
        ],
    };

    private static readonly SettingSpec Test = new("test", SettingType.Flag)
    {
        Default = "false", Advanced = true, Label = "For tests", Help = "Faults may be put in its way on purpose, to see what happens then. Leave it off for what people rely on.",
    };

    private static readonly SettingSpec LoopGuard = new("loopGuard", SettingType.Structure)
    {
        Label = "Loop guard", Advanced = true, Help = "When machines answer each other, the gateway stops: what comes then waits in the quarantine until somebody releases it.",
        Fields =
        [
            new("enabled", SettingType.Flag) { Default = "true", Label = "Look out for loops" },
            new("repliesPerMinute", SettingType.WholeNumber) { Min = 0, Max = 100_000, Label = "Answers per minute", Example = "30", Help = "In one conversation. Left empty: 30 in the long run; none on a web chat, or where the limit per person is switched off. 0 = no limit." },
            new("identicalAnswers", SettingType.WholeNumber) { Min = 0, Max = 100_000, Label = "Identical answers in a row", Example = "5", Help = "In one conversation, or the same text going to and fro between two channels. Left empty: 5; none where the answers per minute are not limited. 0 = no limit." },
            new("hops", SettingType.WholeNumber) { Default = "5", Min = 0, Max = 1_000, Label = "Answers to answers", Help = "How many gateways' answers may have led to a message. 0 = no limit." },
            new("bots", SettingType.Flag) { Default = "false", Label = "Answer bots", Help = "People are always answered, the channel's own messages never." },
        ],
    };

    /// <summary>Of channels.</summary>
    public static IReadOnlyList<SettingSpec> OfChannels { get; } =
    [
        new("scope", SettingType.Choice)
        {
            Default = "\"user\"", Choices = ["user", "conversation", "thread"], Advanced = true, Label = "Who shares a session",
            Help = "User: each person has their own. Conversation: all people of a group share one. Thread: all people of a thread do.",
        },
        new("activation", SettingType.Choice)
        {
            Default = "\"mention\"", Choices = ["always", "mention", "command"], Advanced = true, Label = "In groups, answer",
            Help = "Mention: when the bot is named or answered, and commands. Command: commands only. Always: every message. Private chats are always answered.",
        },
        new("access", SettingType.Choice)
        {
            Default = "\"everyone\"", Choices = ["everyone", "allow-list", "pairing"], Advanced = true, Label = "Who may write",
            Help = "Everyone; the people on the list below; or pairing: whoever is unknown gets a code, and you let them in under “People who wait”.",
        },
        new("allowed", SettingType.TextList) { Default = "[]", MaxLength = 400, Advanced = true, Label = "People on the list", Help = "Their ids on the platform, not their names. They may write without asking when the list decides, and with pairing." },
        new("rateLimitPerUserPerMinute", SettingType.WholeNumber)
        {
            Default = "60", Min = 0, Max = 1_000_000, Advanced = true, Label = "Messages per person and minute", Help = "More are refused, and the person is told. 0 = no limit.",
        },
        new("rateLimitPerMinute", SettingType.WholeNumber)
        {
            Default = "0", Min = 0, Max = 10_000_000, Advanced = true, Label = "Messages of all people per minute", Help = "More are refused, and the person is told. 0 = no limit.",
        },
        new("dormantAfterMinutes", SettingType.Number) { Default = "30", Min = 0, Max = 525_600, Advanced = true, Label = "Sleeps after", Help = "Minutes without a message until a conversation counts as asleep. The next message wakes it. Left empty: as the tenant's settings say." },
        new("expireAfterDays", SettingType.Number) { Default = "7", Min = 0, Max = 3_650, Advanced = true, Label = "Expires after", Help = "Days without a message until a conversation counts as over. The next message still takes it up again. Left empty: as the tenant's settings say." },
        new("archiveAfterDays", SettingType.Number) { Default = "30", Min = 0, Max = 3_650, Advanced = true, Label = "Goes to the archive after", Help = "Days after its last message until an expired conversation is archived; the next message brings it back. Left empty: as the tenant's settings say." },
        new("retentionDays", SettingType.Number) { Min = 0, Max = 36_500, Advanced = true, Label = "Is deleted after", Example = "as the tenant's settings say", Help = "Days after its last message until an archived conversation is deleted for good, unless a legal hold keeps it." },
        new("userCommands", SettingType.Flag) { Default = "true", Advanced = true, Label = "Commands of users", Help = "People may write /new (a new conversation), /stop (stop the answer) and /help. Switched off, these go to the agent like other texts." },
        LoopGuard,
        Retry,
        new("maxWaitMinutes", SettingType.Number) { Default = "60", Min = 0, Max = 10_080, Advanced = true, Label = "Longest wait", Help = "Minutes that a message may wait in all before it becomes a dead letter." },
        Test,
    ];

    /// <summary>Of agents.</summary>
    public static IReadOnlyList<SettingSpec> OfAgents { get; } =
    [
        Retry,
        new("busy", SettingType.Choice)
        {
            Default = "\"queue\"", Choices = ["queue", "collect", "interrupt"], Advanced = true, Label = "While it still answers",
            Help = "Queue: the next message waits. Collect: what comes in meanwhile is given together. Interrupt: the running answer is stopped.",
        },
        Health,
        Test,
    ];
}

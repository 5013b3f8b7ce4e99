using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>Settings that channels and agents of every kind have (contract: management-api.md, Bodies).</summary>
public static class CommonSettings
{
    private static readonly SettingSpec Retry = new("retry", SettingType.Structure)
    {
        Fields =
        [
            new("attempts", SettingType.WholeNumber) { Default = "8", Min = 1, Max = 100 },
            new("baseDelayMs", SettingType.WholeNumber) { Default = "1000", Min = 0, Max = 3_600_000 },
            new("maxDelayMs", SettingType.WholeNumber) { Default = "30000", Min = 0, Max = 86_400_000 },
        ],
    };

    /// <summary>Of channels.</summary>
    public static IReadOnlyList<SettingSpec> OfChannels { get; } =
    [
        new("scope", SettingType.Choice) { Default = "\"user\"", Choices = ["user", "conversation", "thread"] },
        new("activation", SettingType.Choice) { Default = "\"mention\"", Choices = ["always", "mention", "command"] },
        new("access", SettingType.Choice) { Default = "\"everyone\"", Choices = ["everyone", "allow-list", "pairing"] },
        new("allowed", SettingType.TextList) { Default = "[]", MaxLength = 400 },
        new("dormantAfterMinutes", SettingType.Number) { Default = "30", Min = 0, Max = 525_600 },
        new("expireAfterDays", SettingType.Number) { Default = "7", Min = 0, Max = 3_650 },
        new("archiveAfterDays", SettingType.Number) { Default = "30", Min = 0, Max = 3_650 },
        new("rateLimitPerUserPerMinute", SettingType.WholeNumber) { Default = "60", Min = 0, Max = 1_000_000 },
        Retry,
        new("maxWaitMinutes", SettingType.Number) { Default = "60", Min = 0, Max = 10_080 },
    ];

    /// <summary>Of agents.</summary>
    public static IReadOnlyList<SettingSpec> OfAgents { get; } =
    [
        Retry,
        new("busy", SettingType.Choice) { Default = "\"queue\"", Choices = ["queue", "collect", "interrupt"] },
    ];
}

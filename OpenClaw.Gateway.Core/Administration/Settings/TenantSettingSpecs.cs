using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Settings;

/// <summary>A tenant's settings beside the default agent, as data: checked by, filled in by, and drawn from (contract: /settings).</summary>
public static class TenantSettingSpecs
{
    /// <summary>How long sessions live.</summary>
    public static IReadOnlyList<SettingSpec> Timers { get; } =
    [
        new("dormantAfterMinutes", SettingType.Number)
        {
            Label = "Sleeps after", Default = "30", Min = 0, Max = 525_600,
            Help = "Minutes without a message until a conversation counts as asleep. The next message wakes it.",
        },
        new("expireAfterDays", SettingType.Number)
        {
            Label = "Expires after", Default = "7", Min = 0, Max = 3_650, Help = "Days without a message until a conversation counts as over. The next message still takes it up again.",
        },
        new("archiveAfterDays", SettingType.Number)
        {
            Label = "Goes to the archive after", Default = "30", Min = 0, Max = 3_650, Help = "Days after its last message until an expired conversation is archived. 0 = when the job next runs.",
        },
        new("retentionDays", SettingType.Number)
        {
            Label = "Is deleted after", Min = 0, Max = 36_500, Example = "kept for ever",
            Help = "Days that an archived conversation is kept before it is deleted for good. Left empty, it is kept for ever.",
        },
    ];

    /// <summary>What is taken from users; acts at once.</summary>
    public static IReadOnlyList<SettingSpec> Limits(LimitOptions limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return
        [
            new("rateLimitPerUserPerMinute", SettingType.WholeNumber)
            {
                Label = "Messages of one user", Default = "60", Min = 0, Max = 1_000_000, Help = "What one user of one channel may send; as many at once. 0 = no limit. A channel may say otherwise.",
            },
            new("rateLimitPerMinute", SettingType.WholeNumber)
            {
                Label = "Messages of all users", Default = "0", Min = 0, Max = 10_000_000, Help = "What all users of all channels together may send in a minute; as many at once. 0 = no limit.",
            },
            new("maxMessageBytes", SettingType.WholeNumber)
            {
                Label = "Size of a message", Default = Text(limits.MaxMessageBytes), Min = 1, Max = limits.MaxMessageBytes,
                Help = $"Bytes of UTF-8 in the text of one message from a user. The installation takes at most {limits.MaxMessageBytes:N0} (Limits:MaxMessageBytes).",
            },
            new("maxAttachmentBytes", SettingType.WholeNumber)
            {
                Label = "Size of an attachment", Default = Text(limits.MaxAttachmentBytes), Min = 1, Max = limits.MaxAttachmentBytes,
                Help = $"Bytes of one file that a user sends. The installation takes at most {limits.MaxAttachmentBytes:N0} (Limits:MaxAttachmentBytes).",
            },
        ];
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SettingSpec> All(LimitOptions limits) => [.. Timers, .. Limits(limits)];

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

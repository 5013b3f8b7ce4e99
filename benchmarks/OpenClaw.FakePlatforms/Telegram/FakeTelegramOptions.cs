using OpenClaw.FakePlatforms.Capture;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>How a <see cref="FakeTelegram"/> runs.</summary>
internal sealed record FakeTelegramOptions
{
    /// <summary>0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>One bot for each token, <c>id:secret</c>; the first is the one that people write to unless they say otherwise.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = ["123456:TEST"];

    /// <summary>The limits of Telegram's FAQ are kept: a message a second in a chat, 20 a minute in a group, 30 a second in all.</summary>
    public bool RateLimits { get; init; }

    /// <summary>For dates, polls, rate limits and the webhook's retries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Of ids; the same seed gives the same ids.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a pressed button can be answered.</summary>
    public TimeSpan CallbackLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first wait before a webhook is called again; it doubles up to a minute.</summary>
    public TimeSpan WebhookBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages that are remembered for each chat.</summary>
    public int KeepMessages { get; init; } = 2000;

    /// <summary>Calls, and messages of bots, that are remembered in all. Who waits for more must begin to wait before they come.</summary>
    public int KeepCalls { get; init; } = 10_000;

    /// <summary>The machine-readable description of the Bot API; null: searched, see <see cref="Rules.Description.Find"/>; empty: none.</summary>
    public string? DescriptionFile { get; init; }

    /// <summary>Where counts are captured; null: nowhere, for tests that break rules on purpose.</summary>
    public string? CaptureFolder { get; init; } = RequestLedger.FolderOfEnvironment;
}

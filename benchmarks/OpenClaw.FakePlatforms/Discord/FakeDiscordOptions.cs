using OpenClaw.FakePlatforms.Capture;

namespace OpenClaw.FakePlatforms.Discord;

/// <summary>How a <see cref="FakeDiscord"/> runs.</summary>
internal sealed record FakeDiscordOptions
{
    /// <summary>0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>One bot for each token. Null: one bot with a token of its own.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>Limits, time-outs, ids and timestamps go by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(41250);

    /// <summary>How long a session waits for its resume.</summary>
    public TimeSpan ResumeWindow { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How many events of a session a resume can bring again.</summary>
    public int ReplayedEvents { get; init; } = 2000;

    /// <summary>In bytes.</summary>
    public int LargestFile { get; init; } = 10 << 20;

    /// <summary>How many messages a channel keeps; the oldest go.</summary>
    public int KeptMessages { get; init; } = 10_000;

    /// <summary>How many requests the log keeps.</summary>
    public int LoggedRequests { get; init; } = 1000;

    /// <summary>Where requests and broken rules are counted; null: nowhere. For tests that break rules on purpose.</summary>
    public string? CaptureFolder { get; init; } = RequestLedger.FolderOfEnvironment;
}

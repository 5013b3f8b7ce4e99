namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>An answer that grows, as its platform is to show it now.</summary>
/// <param name="ReplyId">The reply that it becomes.</param>
/// <param name="Address">Where it goes.</param>
/// <param name="InReplyTo">What it answers.</param>
/// <param name="Text">All of it so far.</param>
/// <param name="Receipt">The platform's id of the message that shows it; null = there is none yet.</param>
public sealed record GrowingAnswer(Guid ReplyId, SessionAddress Address, AnsweredEntry? InReplyTo, Utf8Text Text, string? Receipt);

/// <summary>What became of showing a growing answer: a closed set, made by the factories.</summary>
public sealed class PreviewOutcome
{
    private PreviewOutcome() { }

    /// <summary>The platform's id of the message that shows it; null when nothing does.</summary>
    public string? Receipt { get; private init; }

    /// <summary>Nothing more is shown before then; the final is sent in its time.</summary>
    public TimeSpan? Pause { get; private init; }

    /// <summary>Nothing more is shown of this answer.</summary>
    public bool IsOver { get; private init; }

    /// <summary>It is shown, by that message.</summary>
    public static PreviewOutcome Shown(string receipt) => new() { Receipt = receipt };

    /// <summary>The platform asks for a pause. What was shown before stays.</summary>
    public static PreviewOutcome Later(TimeSpan pause) => new() { Pause = pause };

    /// <summary>The platform will not show it: the final goes as a message.</summary>
    public static PreviewOutcome Over { get; } = new() { IsOver = true };
}

/// <summary>Shows on a platform that an agent works, and its answer while it grows. Told by the channel's lane; failures are outcomes, exceptions end the preview.</summary>
public interface IChannelPreviews
{
    /// <summary>Whether answers are shown there while they grow: a setting, or what the place allows.</summary>
    bool Streams(ChannelModel channel, SessionAddress address);

    /// <summary>The least time between two edits of one message.</summary>
    TimeSpan Pace(ChannelModel channel, SessionAddress address);

    /// <summary>How often <see cref="TypingAsync"/> has to be repeated while an agent works.</summary>
    TimeSpan TypingEvery { get; }

    /// <summary>Shows for some seconds that somebody types.</summary>
    ValueTask TypingAsync(ChannelModel channel, SessionAddress address, AnsweredEntry? inReplyTo, CancellationToken cancellationToken);

    /// <summary>Shows the answer as it is now: by a new message, or by editing the one that does.</summary>
    ValueTask<PreviewOutcome> ShowAsync(ChannelModel channel, GrowingAnswer answer, CancellationToken cancellationToken);

    /// <summary>Takes a preview away whose answer did not come. True when it is gone, or cannot be taken away; false: again later.</summary>
    ValueTask<bool> RemoveAsync(ChannelModel channel, SessionAddress address, string receipt, CancellationToken cancellationToken);
}

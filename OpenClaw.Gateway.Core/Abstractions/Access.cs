namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>Whether a person may write to a channel, and what they are told where not.</summary>
/// <param name="IsAllowed">They may.</param>
/// <param name="Tell">A text for them; null = nothing is said.</param>
/// <param name="Code">Of a person who waits to be let in: the code that they were told, now or before.</param>
public sealed record AccessOutcome(bool IsAllowed, string? Tell = null, string? Code = null)
{
    /// <summary>They may.</summary>
    public static AccessOutcome Allowed { get; } = new(true);

    /// <summary>They may not, and are not told.</summary>
    public static AccessOutcome Denied { get; } = new(false);
}

/// <summary>Who may write to channels (settings <c>access</c>, <c>allowed</c>).</summary>
public interface IChannelAccess
{
    /// <summary>Judges a person. With <c>pairing</c> an unknown one is put on the list of those who wait, and told the code once in a while.</summary>
    ValueTask<AccessOutcome> JudgeAsync(ChannelModel channel, string userId, string? userName, CancellationToken cancellationToken);

    /// <summary>The list of a channel was changed: it is read again.</summary>
    void Forget(Guid channel);

    /// <summary>Raised with the channel whose list was changed.</summary>
    event Action<Guid>? Changed
    {
        add { }
        remove { }
    }
}

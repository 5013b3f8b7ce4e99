using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>Why a message was held back: stable names.</summary>
public static class HeldReasons
{
    /// <summary>It could not be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>It is larger than the gateway takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A program wrote it by itself.</summary>
    public const string Automatic = "automatic";

    /// <summary>It came over a mailing list.</summary>
    public const string List = "list";

    /// <summary>The channel itself wrote it.</summary>
    public const string Own = "own";

    /// <summary>A program seems to answer our answers.</summary>
    public const string Loop = "loop";

    /// <summary>The gateway would not take it.</summary>
    public const string Refused = "refused";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Unreadable, TooLarge, Automatic, List, Own, Loop, Refused];
}

/// <summary>
/// What came in by a channel and was not handled as a message. <c>Detail</c> says why, for people; <c>HasSource</c>: its raw source was kept and can be
/// downloaded; <c>IsReleased</c>: somebody wants it handled after all, and the channel is about to.
/// </summary>
public sealed record HeldMessageView(Guid Id, Guid Channel, string Reason, string Detail, string? Sender, string? Subject, long Size, bool HasSource, bool IsReleased, DateTimeOffset At)
{
    internal static HeldMessageView Of(HeldMessage row) => new(row.Id, row.ChannelId, row.Reason, row.Detail, row.Sender, row.Subject, row.Size, row.Source is not null, row.IsReleased, row.At);
}

/// <summary>Which held messages are meant: all of what is given must fit.</summary>
/// <param name="Reason">One of <see cref="HeldReasons"/>.</param>
/// <param name="Text">Part of the sender or the subject, ignoring the case of ASCII letters.</param>
/// <param name="Until">Held back before that moment: what comes in while somebody thinks is not meant.</param>
public sealed record HeldMessageFilter(string? Reason = null, string? Text = null, DateTimeOffset? Until = null);

/// <summary>How many held messages something is about.</summary>
public sealed record HeldCount(int Count);

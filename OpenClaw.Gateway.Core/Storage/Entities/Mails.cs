using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>
/// A mail that came in or went out by a channel, as far as later ones are joined to it: by their <c>In-Reply-To</c> and <c>References</c>, or as bounces.
/// </summary>
public sealed class MailEntry : ITenantOwned
{
    /// <summary>Key together with <see cref="Hash"/>.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>SHA-256 of the Message-ID, in hexadecimal: Message-IDs may be of any length.</summary>
    public required string Hash { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The conversation that it belongs to.</summary>
    public required string Thread { get; set; }

    /// <summary>Who wrote it, or for a reply whom it went to: an address in lower case.</summary>
    public required string UserId { get; set; }

    /// <summary>What an answer to it needs (addresses, subject, references), as JSON.</summary>
    public required string Head { get; set; }

    /// <summary>SHA-256 of the text that is new in it, in hexadecimal: programs write the same again and again.</summary>
    public required string TextHash { get; set; }

    /// <summary>The reply that it is; null = it came in.</summary>
    public Guid? ReplyId { get; set; }

    /// <summary>The reply's session.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>When it came in or went out.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>What somebody's system said of a reply after it was sent.</summary>
public enum DeliveryVerdict : byte
{
    /// <summary>It arrived.</summary>
    Delivered = 1,

    /// <summary>It has not arrived yet; that system goes on trying.</summary>
    Delayed = 2,

    /// <summary>It did not arrive, for a reason that may pass (a full mailbox).</summary>
    Soft = 3,

    /// <summary>It did not arrive, and would not another time (no such address).</summary>
    Hard = 4,

    /// <summary>A program answered in the person's place (away until Monday).</summary>
    AutoReply = 5,

    /// <summary>The person complained about it as unwanted.</summary>
    Complaint = 6,
}

/// <summary>What became of a reply after its platform had taken it: a mail's bounce, a note that it is late.</summary>
public sealed class DeliveryReport : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>The reply.</summary>
    public Guid ReplyId { get; set; }

    /// <summary>Its session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The platform's id of the message that told it: told twice it is one.</summary>
    public required string ExternalId { get; set; }

    /// <summary>Whom the reply was for.</summary>
    public required string Recipient { get; set; }

    /// <summary>What became of it.</summary>
    public DeliveryVerdict Verdict { get; set; }

    /// <summary>The enhanced status code (RFC 3463), as in 5.1.1; null where none was given.</summary>
    public string? Status { get; set; }

    /// <summary>What the other system wrote, for people.</summary>
    public required string Detail { get; set; }

    /// <summary>When it came in.</summary>
    public DateTimeOffset At { get; set; }
}

/// <summary>What came in by a channel and was not handled as a message: kept with the reason, for people to look at.</summary>
public sealed class HeldMessage : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    public Guid ChannelId { get; set; }

    /// <summary>Where the platform has it (a mailbox's UIDVALIDITY and UID): unique in the channel.</summary>
    public required string Place { get; set; }

    /// <summary>A stable name of the reason (<c>unreadable</c>, <c>too_large</c>, <c>automatic</c>, <c>list</c>, <c>own</c>, <c>loop</c>, <c>refused</c>).</summary>
    public required string Reason { get; set; }

    /// <summary>The same for people.</summary>
    public required string Detail { get; set; }

    /// <summary>Who sent it, as far as that could be read.</summary>
    public string? Sender { get; set; }

    /// <summary>What it is about, as far as that could be read.</summary>
    public string? Subject { get; set; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; set; }

    /// <summary>Its raw source in the blob store; null where it was not kept.</summary>
    public Guid? Source { get; set; }

    /// <summary>The source's bytes.</summary>
    public long SourceSize { get; set; }

    /// <summary>A person wants it handled as a message after all.</summary>
    public bool IsReleased { get; set; }

    /// <summary>When it was held back.</summary>
    public DateTimeOffset At { get; set; }
}

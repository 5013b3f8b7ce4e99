using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>A mail of a mailbox that is to be handled.</summary>
/// <param name="Connection">By which it came.</param>
/// <param name="Mail">What the server knows of it.</param>
/// <param name="Validity">The mailbox's UIDVALIDITY.</param>
/// <param name="IsReleased">A person wants it handled whatever its header says.</param>
/// <param name="Delay">How long it may have lain there before it was seen.</param>
/// <param name="HasWaited">It was there before the channel was connected.</param>
internal sealed record MailTurn(IChannelConnection Connection, ImapMail Mail, uint Validity, bool IsReleased = false, TimeSpan Delay = default, bool HasWaited = false)
{
    public ChannelModel Channel => Connection.Channel;

    /// <summary>Where it is, as held messages name it.</summary>
    public string Place => new MailCursor(Validity, Mail.Uid).ToString();

    public string TriesNote => string.Create(CultureInfo.InvariantCulture, $"email.tries.{Place}");
}

/// <summary>What became of a mail. All of them settle it.</summary>
internal enum MailVerdict
{
    /// <summary>A new message.</summary>
    Taken,

    /// <summary>It is known already.</summary>
    Known,

    /// <summary>It told of replies of ours.</summary>
    Report,

    /// <summary>It is not for the gateway, or its sender may not write.</summary>
    NotTaken,

    /// <summary>It is held back with a reason.</summary>
    Held,

    /// <summary>It is gone from the mailbox.</summary>
    Gone,
}

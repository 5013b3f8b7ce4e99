using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Fetches mails again that a person has let in, and handles them whatever their header says.</summary>
internal sealed class ReleasedMails(HeldMails held, MailReading reading)
{
    public async Task RunAsync(IChannelConnection connection, ImapConnection imap, ImapMailbox mailbox, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(imap);
        ArgumentNullException.ThrowIfNull(mailbox);
        foreach (var row in await held.ReleasedAsync(connection.Channel, cancellationToken)) await LetInAsync(connection, imap, mailbox, row, cancellationToken);
    }

    private async Task LetInAsync(IChannelConnection connection, ImapConnection imap, ImapMailbox mailbox, HeldMessage row, CancellationToken cancellationToken)
    {
        var mails = MailCursor.Parse(row.Place) is { } place && place.Validity == mailbox.UidValidity ? await imap.FetchAsync([place.Uid], cancellationToken) : [];
        if (mails is not [var mail])
        {
            await held.KeepAsync(row, "It could not be let in: it is not in the mailbox any more.");
            return;
        }

        var verdict = await reading.ReadAsync(imap, new(connection, mail, mailbox.UidValidity, IsReleased: true), isSuspect: false, cancellationToken);
        switch (verdict)
        {
            case MailVerdict.Taken or MailVerdict.Known:
                await held.RemoveAsync(row);
                break;
            case MailVerdict.Gone:
                await held.KeepAsync(row, "It could not be let in: it is not in the mailbox any more.");
                break;
            case MailVerdict.NotTaken or MailVerdict.Report:
                await held.KeepAsync(row, "It was not let in: its sender may not write to this channel, or it is for others (access and activation in the channel's settings).");
                break;
        }
    }
}

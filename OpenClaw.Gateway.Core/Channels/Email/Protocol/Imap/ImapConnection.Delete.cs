namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>Marks mails as deleted, and removes them where the server can remove just these (UIDPLUS).</summary>
    public async Task DeleteAsync(IReadOnlyCollection<uint> uids, CancellationToken cancellationToken)
    {
        foreach (var set in UidSet.Of(uids, MailsAtOnce))
        {
            await StoreAsync(set, "+", ["\\Deleted"], cancellationToken);
            if (Offered.Can("UIDPLUS")) await ExpectAsync(new ImapCommand("UID EXPUNGE").Word(set), ImapFailure.Refused, "The mails cannot be removed", cancellationToken);
        }
    }
}

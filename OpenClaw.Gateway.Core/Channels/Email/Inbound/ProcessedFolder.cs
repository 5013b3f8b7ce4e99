using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Moves mails that were taken to another folder, which is made when it is not there. Where that fails people are told, and the mails stay.</summary>
internal sealed class ProcessedFolder(IChannelConnection connection, ImapConnection imap, ImapMailbox mailbox, string folder)
{
    private const string Cause = "mails_not_moved";
    private string? _name;

    public async Task MoveAsync(IReadOnlyCollection<uint> uids, CancellationToken cancellationToken)
    {
        if (uids.Count == 0) return;
        try
        {
            await imap.MoveAsync(uids, _name ??= await FindAsync(cancellationToken), cancellationToken);
            connection.Warns(null);
        }
        catch (ImapException e) when (e.Failure is ImapFailure.Refused or ImapFailure.ReadOnly or ImapFailure.NoSuchMailbox or ImapFailure.LimitReached && imap.IsUsable)
        {
            _name = null;
            connection.Warns(Cause, $"Mails are taken, but cannot be moved to {folder}: {e.Message}", "Check processedFolder, and that the account may write to that folder; or leave it empty.");
        }
    }

    private async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var folders = await imap.ListAsync(cancellationToken);
        if (folders.FirstOrDefault(f => f.Name == folder) is { } there) return there.Name;
        var name = (await imap.NamespaceAsync(cancellationToken)).Of(folder);
        if (name.Equals(mailbox.Name, StringComparison.OrdinalIgnoreCase)) throw new ImapException(ImapFailure.Refused, "it is the folder that the mails are in.");
        if (!folders.Any(f => f.Name == name)) await imap.CreateAsync(name, cancellationToken);
        return name;
    }
}

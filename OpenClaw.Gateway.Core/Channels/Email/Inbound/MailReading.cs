using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>
/// Reads one mail from its server as a stream. One that cannot be read is tried three times, counted over restarts and crashes, and is then held with its
/// source, so that the mailbox goes on.
/// </summary>
internal sealed partial class MailReading(MailIntake intake, HeldMails held, BlobIntake blobs, ILogger<MailReading> log)
{
    private const int Tries = 3;
    private const int HeaderBytes = 64 * 1024;
    private const int PieceBytes = 256 * 1024;
    private static readonly TimeSpan TriesKept = TimeSpan.FromDays(30);

    /// <summary>Whether the mail is the fault, and not the connection to the server or to the database.</summary>
    public static bool IsUnreadable(Exception fault) =>
        fault is MailLimitException || fault is not (OperationCanceledException or ImapException or IOException or System.Data.Common.DbException or ObjectDisposedException or Microsoft.EntityFrameworkCore.DbUpdateException);

    /// <param name="imap">The mailbox is open in it.</param>
    /// <param name="turn">Which mail.</param>
    /// <param name="isSuspect">The process died when this mail, or one near it, was read: the try is counted before it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MailVerdict> ReadAsync(ImapConnection imap, MailTurn turn, bool isSuspect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imap);
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Mail.Size > intake.Most(turn.Channel)) return await HoldLargeAsync(imap, turn, cancellationToken);
        var tries = await TriesAsync(turn, cancellationToken);
        MailLimitException? limit = null;
        while (tries < Tries)
        {
            if (isSuspect) await CountAsync(turn, tries + 1, cancellationToken);
            try
            {
                var verdict = await TryAsync(imap, turn, cancellationToken);
                if (tries > 0 || isSuspect) await CountAsync(turn, 0, cancellationToken);
                return verdict;
            }
            catch (MailLimitException e) when (e.Limit == MailLimit.TotalBytes)
            {
                return await HoldLargeAsync(imap, turn, cancellationToken);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                limit = e as MailLimitException;
                LogUnreadable(e, turn.Channel.Tenant.Id, turn.Channel.Id, turn.Place);
                await CountAsync(turn, ++tries, cancellationToken);
            }
        }

        return await HoldUnreadableAsync(imap, turn, limit, cancellationToken);
    }

    /// <summary>A try that failed elsewhere.</summary>
    public async Task CountFailureAsync(MailTurn turn, Exception fault, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        LogUnreadable(fault, turn.Channel.Tenant.Id, turn.Channel.Id, turn.Place);
        await CountAsync(turn, await TriesAsync(turn, cancellationToken) + 1, cancellationToken);
    }

    private async Task<MailVerdict> TryAsync(ImapConnection imap, MailTurn turn, CancellationToken cancellationToken)
    {
        await using var source = await imap.OpenMailAsync(turn.Mail, PieceBytes, cancellationToken);
        if (source is null) return MailVerdict.Gone;
        using var reader = new MailReader(source, intake.LimitsOf(turn.Channel));
        return await intake.TakeAsync(turn, reader, await reader.ReadHeaderAsync(cancellationToken), cancellationToken);
    }

    private async Task<MailVerdict> HoldLargeAsync(ImapConnection imap, MailTurn turn, CancellationToken cancellationToken)
    {
        if (await imap.HeaderAsync(turn.Mail.Uid, HeaderBytes, cancellationToken) is not { } header) return MailVerdict.Gone;
        await using var bytes = new MemoryStream(header, writable: false);
        var detail = string.Create(CultureInfo.InvariantCulture, $"The mail has {(turn.Mail.Size ?? 0) / 1_048_576.0:0.#} MB; at most {intake.Most(turn.Channel) / 1_048_576} MB are taken. Only its header is kept here.");
        return await HoldAsync(turn, new(HoldReason.TooLarge, detail), await HeadAsync(header, cancellationToken), await StoreAsync(turn, bytes, cancellationToken));
    }

    private async Task<MailVerdict> HoldUnreadableAsync(ImapConnection imap, MailTurn turn, MailLimitException? limit, CancellationToken cancellationToken)
    {
        await using var source = await imap.OpenMailAsync(turn.Mail, PieceBytes, cancellationToken);
        if (source is null) return MailVerdict.Gone;
        var stored = await StoreAsync(turn, source, cancellationToken);
        var header = await imap.HeaderAsync(turn.Mail.Uid, HeaderBytes, cancellationToken);
        var verdict = await HoldAsync(turn, new(HoldReason.Unreadable, $"The mail could not be read, three times{(limit is null ? "." : $": {limit.Message}")} Look at its source; if it is harmless, ask its sender for it in another form."), header is null ? null : await HeadAsync(header, cancellationToken), stored);
        await CountAsync(turn, 0, cancellationToken);
        return verdict;
    }

    private async Task<MailVerdict> HoldAsync(MailTurn turn, HoldReason reason, MailHead? head, AttachmentRef? source)
    {
        try
        {
            await held.HoldAsync(turn.Channel, turn.Place, reason, head, turn.Mail.Size ?? 0, source);
        }
        catch
        {
            if (source is not null) await blobs.DiscardAsync(turn.Channel.Tenant, source);
            throw;
        }

        LogHeld(turn.Channel.Tenant.Id, turn.Channel.Id, turn.Place, reason.Name);
        return MailVerdict.Held;
    }

    /// <summary>As much of it as a file may have; null where there is no room for any.</summary>
    private async Task<AttachmentRef?> StoreAsync(MailTurn turn, Stream source, CancellationToken cancellationToken)
    {
        try
        {
            await using var part = new FirstBytes(source, blobs.Most(turn.Channel.Tenant));
            return await blobs.StoreAsync(turn.Channel.Tenant, part, "mail.eml", "message/rfc822", cancellationToken);
        }
        catch (StorageUsedUpException)
        {
            return null;
        }
    }

    /// <summary>What can be told of a mail whose header may be the reason why it cannot be read.</summary>
    private static async Task<MailHead?> HeadAsync(byte[] header, CancellationToken cancellationToken)
    {
        try
        {
            await using var bytes = new MemoryStream(header, writable: false);
            using var reader = new MailReader(bytes, MailLimits.Default);
            return MailFacts.Of(await reader.ReadHeaderAsync(cancellationToken)).Head;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    private static async Task<int> TriesAsync(MailTurn turn, CancellationToken cancellationToken) =>
        int.TryParse(await turn.Connection.Notes.GetAsync(turn.TriesNote, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var tries) ? tries : 0;

    private static async Task CountAsync(MailTurn turn, int tries, CancellationToken cancellationToken) =>
        await turn.Connection.Notes.SetAsync([new(turn.TriesNote, tries == 0 ? null : tries.ToString(CultureInfo.InvariantCulture))], TriesKept, secret: false, cancellationToken);

    [LoggerMessage(4611, LogLevel.Warning, "A mail of tenant {Tenant}, channel {Channel}, at {Place} cannot be read")]
    private partial void LogUnreadable(Exception cause, Guid tenant, Guid channel, string place);

    [LoggerMessage(4612, LogLevel.Warning, "A mail of tenant {Tenant}, channel {Channel}, at {Place} is held back: {Reason}")]
    private partial void LogHeld(Guid tenant, Guid channel, string place, string reason);
}

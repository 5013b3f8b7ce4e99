using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>Sends a mail to the channel itself, looks for it in the mailbox, and deletes it. The mail is marked, so that a channel at work passes it over.</summary>
internal sealed class RoundTrip(EmailSettings settings, ImapConnection imap, SmtpConnection smtp, TimeProvider time)
{
    private const string Check = "roundtrip";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>The address with something behind a plus sign, of the length of what answers are sent to.</summary>
    public static SmtpAddress PlusAddress(SmtpAddress own) => SmtpAddress.TryParse(MailIds.Address([], own.ToString(), "testtesttesttest"), out var plus) ? plus : own;

    public async Task<PreflightCheck> RunAsync(bool takesPlus, CancellationToken cancellationToken)
    {
        var own = SmtpAddress.Parse(settings.Address);
        try
        {
            if (!settings.PlusAddressing) return await TryAsync(own, cancellationToken) is { } took ? Found(own, took) : NotFound(own);
            var plus = PlusAddress(own);
            if (takesPlus && await TryAsync(plus, cancellationToken) is { } arrived) return Found(plus, arrived);
            if (await TryAsync(own, cancellationToken) is null) return NotFound(own);
            return new(Check, false, takesPlus ? $"A mail to {plus} did not arrive within {Patience.TotalSeconds:0} s; one to {own} did." : $"The server does not take mails to {plus}; one to {own} arrived.",
                "Switch off the reply address with a plus sign (plusAddressing): this server does not know such addresses.");
        }
        catch (SmtpException e)
        {
            return new(Check, false, $"The test mail could not be sent. {e.Message}", e.IsTemporary ? "Try again in some minutes." : "Read what the server said, and change the channel's settings accordingly.");
        }
        catch (ImapException e)
        {
            return new(Check, false, $"The test mail could not be looked for. {e.Message}", "Try again; if it stays so, ask the provider.");
        }
    }

    private static PreflightCheck Found(SmtpAddress to, TimeSpan took) => new(Check, true, string.Create(CultureInfo.InvariantCulture, $"A mail to {to} arrived within {Math.Max(1, Math.Ceiling(took.TotalSeconds)):0} s, and was deleted."));

    private PreflightCheck NotFound(SmtpAddress to) => new(
        Check, false, $"A mail to {to} was sent, but is not in the folder {settings.Mailbox} after {Patience.TotalSeconds:0} s.",
        "Look where it went: into another folder by a filter, into Junk, or to another mailbox (then this account is not that of the address). A slow server may still bring it: try again.");

    /// <summary>How long it took; null when it did not come.</summary>
    private async Task<TimeSpan?> TryAsync(SmtpAddress to, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var mail = Compose(to);
        var writer = new MailMessageWriter(mail);
        await smtp.SendAsync(new() { From = SmtpAddress.Parse(settings.Address), To = [to], Size = writer.Size, Utf8Headers = writer.NeedsUtf8 }, writer.WriteAsync, cancellationToken);
        while (time.GetElapsedTime(began) < Patience)
        {
            await imap.NoopAsync(cancellationToken);
            if (await imap.SearchHeaderAsync("Message-ID", mail.MessageId.Trim('<', '>'), cancellationToken) is { Count: > 0 } found)
            {
                await imap.DeleteAsync(found, cancellationToken);
                return time.GetElapsedTime(began);
            }

            await Task.Delay(Between, time, cancellationToken);
        }

        return null;
    }

    private OutgoingMail Compose(SmtpAddress to)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new()
        {
            From = new(SmtpAddress.Parse(settings.Address), settings.DisplayName),
            To = [new(to)],
            Subject = "Test of the mail channel",
            Date = now,
            MessageId = MailIds.OfReply(id, settings.Address),
            AutoSubmitted = AutoSubmittedKinds.Generated,
            Headers = [new(MailMarks.Test, id.ToString("N"))],
            Text = "OpenClaw Gateway sent this mail to itself, to see whether mails arrive. It can be deleted.\n",
        };
    }
}

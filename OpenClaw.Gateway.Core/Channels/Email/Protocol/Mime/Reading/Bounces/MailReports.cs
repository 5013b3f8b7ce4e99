using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>Reads a mail only for what it reports; its files are left.</summary>
internal static class MailReports
{
    /// <summary>The report, and the text of the mail.</summary>
    public static async ValueTask<(MailReport Report, string Text)> ReadAsync(MailReader reader, MailLimits limits, CancellationToken cancellationToken)
    {
        BounceReader bounces = new(await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false), limits);
        MailBody body = new(limits);
        while (await reader.NextPartAsync(cancellationToken).ConfigureAwait(false) is { } part)
        {
            if (!await bounces.TakeAsync(part, cancellationToken).ConfigureAwait(false)) await body.TakeAsync(part, cancellationToken).ConfigureAwait(false);
        }

        return (await bounces.FinishAsync(body.Text, cancellationToken).ConfigureAwait(false), body.Text);
    }
}

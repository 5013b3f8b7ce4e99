using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

internal sealed partial class SmtpConnection
{
    private const int BlockSize = 16 * 1024;

    /// <summary>
    /// Sends one mail. The content is read once; its line ends become CRLF; its lines have at most 998 bytes. Recipients that the
    /// server refuses while it takes others are in the receipt.
    /// </summary>
    public async Task<SmtpReceipt> SendAsync(SmtpEnvelope envelope, Stream content, CancellationToken cancellationToken)
    {
        var mail = MailCommand(envelope);
        try
        {
            await ExpectAsync(mail, SmtpStage.Sender, cancellationToken);
            var refused = await RecipientsAsync(envelope.To, cancellationToken);
            var go = await CommandAsync("DATA", SmtpStage.Data, cancellationToken);
            if (go.Code != 354) throw Fault(SmtpStage.Data, go);
            await ContentAsync(content, cancellationToken);
            var reply = await _wire.ReadAsync(SmtpStage.Accept, _endpoint.Timeouts.Accept, cancellationToken);
            return reply.IsPositive ? new(reply, refused) : throw Fault(SmtpStage.Accept, reply);
        }
        catch (SmtpException e) when (IsUsable && e.Stage is not SmtpStage.Accept)
        {
            await ResetAsync(cancellationToken);
            throw;
        }
    }

    private string MailCommand(SmtpEnvelope envelope)
    {
        if (envelope.To.Count == 0) throw new ArgumentException("A mail has a recipient.", nameof(envelope));
        var command = new StringBuilder("MAIL FROM:<").Append(envelope.From).Append('>');
        if (envelope.Size is { } size)
        {
            if (size > Offered.MaxSize) throw Lacks($"mails of more than {Offered.MaxSize} bytes; this one has {size}");
            if (Offered.Has("SIZE")) command.Append(CultureInfo.InvariantCulture, $" SIZE={size}");
        }

        if (envelope.NeedsUtf8)
            command.Append(Offered.Has("SMTPUTF8") ? " SMTPUTF8" : throw Lacks("addresses with characters beyond ASCII (SMTPUTF8)"));
        if (envelope.EightBit || envelope.Utf8Headers)
            command.Append(Offered.Has("8BITMIME") ? " BODY=8BITMIME" : throw Lacks("mails with bytes beyond ASCII (8BITMIME)"));
        return command.ToString();
    }

    private static SmtpException Lacks(string what) => new(SmtpFailure.Permanent, SmtpStage.Sender, $"The mail server does not take {what}.");

    private async Task<List<SmtpRefusal>> RecipientsAsync(IReadOnlyList<SmtpAddress> recipients, CancellationToken cancellationToken)
    {
        List<SmtpRefusal> refused = [];
        foreach (var recipient in recipients)
        {
            var reply = await CommandAsync($"RCPT TO:<{recipient}>", SmtpStage.Recipient, cancellationToken);
            if (reply.IsPositive) continue;
            if (reply.Code is 421 || !reply.IsTemporary && !reply.IsPermanent) throw Fault(SmtpStage.Recipient, reply);
            refused.Add(new(recipient, reply));
        }

        if (refused.Count < recipients.Count) return refused;
        var first = SmtpException.Of(SmtpStage.Recipient, refused[0].Reply);
        if (first.Failure is SmtpFailure.Authentication) throw first;
        throw new SmtpException(SmtpFailure.Recipients, SmtpStage.Recipient, $"The mail server refused the recipient: {refused[0].Reply}", refused[0].Reply) { Refused = refused };
    }

    /// <summary>Whatever interrupts this leaves the connection broken: a final dot would deliver half a mail.</summary>
    private async Task ContentAsync(Stream content, CancellationToken cancellationToken)
    {
        var stuffing = new DotStuffing();
        var output = new ArrayBufferWriter<byte>(BlockSize * 2);
        var block = new byte[BlockSize];
        var ended = false;
        try
        {
            int read;
            while ((read = await content.ReadAsync(block, cancellationToken)) > 0)
            {
                stuffing.Write(block.AsSpan(0, read), output);
                await _wire.WriteAsync(output.WrittenMemory, SmtpStage.Content, _endpoint.Timeouts.Block, cancellationToken);
                output.ResetWrittenCount();
            }

            stuffing.End(output);
            await _wire.WriteAsync(output.WrittenMemory, SmtpStage.Content, _endpoint.Timeouts.Block, cancellationToken);
            ended = true;
        }
        finally
        {
            if (!ended) _wire.Break();
        }
    }

    private async Task ExpectAsync(string command, SmtpStage stage, CancellationToken cancellationToken)
    {
        var reply = await CommandAsync(command, stage, cancellationToken);
        if (!reply.IsPositive) throw Fault(stage, reply);
    }

    /// <summary>So that the next mail begins anew; a server that cannot even do that is left.</summary>
    private async Task ResetAsync(CancellationToken cancellationToken)
    {
        try
        {
            if ((await CommandAsync("RSET", SmtpStage.Reset, cancellationToken)).IsPositive) return;
        }
        catch (SmtpException)
        {
            // the first fault says more
        }

        _wire.Break();
    }
}

using System.Net.Sockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>One mail on its way to the operator's server.</summary>
internal sealed class MailJob(SmtpOptions smtp, OutgoingMail mail, string? clientName)
{
    private readonly TaskCompletionSource<MailResult> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MailMessageWriter _writer = new(mail);

    /// <summary>What came of the first try.</summary>
    public Task<MailResult> First => _first.Task;

    /// <summary>All that is logged of the recipient.</summary>
    public string Domain => mail.To[0].Address.Domain;

    /// <summary>The first word counts.</summary>
    public void Tell(MailResult result) => _first.TrySetResult(result);

    public async Task SendAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await SmtpConnection.OpenAsync(Endpoint(), DialAsync, time, cancellationToken);
        await connection.SendAsync(Envelope(), _writer.WriteAsync, cancellationToken);
    }

    private SmtpEndpoint Endpoint() => new()
    {
        Host = smtp.Host,
        Port = smtp.Port,
        Security = smtp.Security,
        Credentials = smtp.User is { } user ? new MailCredentials.Password(user, smtp.Password ?? "") : null,
        ClientName = clientName,
    };

    private SmtpEnvelope Envelope() => new()
    {
        From = mail.From.Address,
        To = [mail.To[0].Address],
        Size = _writer.Size,
        Utf8Headers = _writer.NeedsUtf8,
    };

    /// <summary>The host comes from the operator's configuration and not from a tenant: it may well be private, and no guard is asked.</summary>
    private static async ValueTask<NetworkStream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

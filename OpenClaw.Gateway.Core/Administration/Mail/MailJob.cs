using System.Net.Sockets;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>One mail on its way to the operator's server.</summary>
internal sealed class MailJob(SmtpOptions smtp, MailDraft draft, string? clientName)
{
    private readonly TaskCompletionSource<MailResult> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _content = draft.ToBytes();

    /// <summary>What came of the first try.</summary>
    public Task<MailResult> First => _first.Task;

    /// <summary>All that is logged of the recipient.</summary>
    public string Domain => draft.To.Domain;

    /// <summary>The first word counts.</summary>
    public void Tell(MailResult result) => _first.TrySetResult(result);

    public async Task SendAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await SmtpConnection.OpenAsync(Endpoint(), DialAsync, time, cancellationToken);
        using var content = new MemoryStream(_content, writable: false);
        await connection.SendAsync(Envelope(), content, cancellationToken);
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
        From = draft.From,
        To = [draft.To],
        Size = _content.Length,
        Utf8Headers = !Ascii.IsValid(_content),
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

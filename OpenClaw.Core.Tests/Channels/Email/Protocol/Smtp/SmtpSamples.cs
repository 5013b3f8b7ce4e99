using System.Net.Sockets;
using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

internal static class SmtpSamples
{
    public static readonly SmtpAddress Bob = SmtpAddress.Parse("bob@example.org");
    public static readonly SmtpAddress Eve = SmtpAddress.Parse("eve@example.org");
    public static readonly SmtpAddress Gateway = SmtpAddress.Parse("gateway@example.com");

    public static SmtpEnvelope Envelope { get; } = new() { From = Gateway, To = [Bob] };

    public static SmtpEndpoint Endpoint(SmtpServer server, MailSecurity security = MailSecurity.None) =>
        new() { Host = "localhost", Port = server.Port, Security = security, AcceptAnyCertificate = true };

    public static Task<SmtpConnection> OpenAsync(SmtpEndpoint endpoint, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        SmtpConnection.OpenAsync(endpoint, DialAsync, time ?? TimeProvider.System, cancellationToken);

    public static Task<SmtpReceipt> SendAsync(this SmtpConnection connection, string content, SmtpEnvelope? envelope = null) =>
        connection.SendAsync(envelope ?? Envelope, new MemoryStream(Encoding.UTF8.GetBytes(content)), CancellationToken.None);

    public static async ValueTask<NetworkStream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
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

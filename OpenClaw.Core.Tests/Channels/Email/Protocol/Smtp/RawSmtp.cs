using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>Says what it was told to say, the first at once and each other after a line; then hangs up.</summary>
internal sealed class RawSmtp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _talk;

    public RawSmtp(params string[] replies)
    {
        _listener.Start();
        _talk = TalkAsync(replies);
    }

    public List<string> Said { get; } = [];

    public SmtpEndpoint Endpoint => new() { Host = "localhost", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, Security = MailSecurity.None };

    public async ValueTask DisposeAsync()
    {
        await _talk;
        _listener.Dispose();
    }

    private async Task TalkAsync(string[] replies)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        foreach (var reply in replies)
        {
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"));
            if (await reader.ReadLineAsync() is not { } line) return;
            Said.Add(line);
        }
    }
}

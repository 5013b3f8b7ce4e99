using System.Net;
using System.Net.Sockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>
/// A client's connection to a mail server (RFC 5321), greeted, encrypted as demanded and signed in; any number of mails can be
/// sent over it, one after the other. Every fault is an <see cref="SmtpException"/>.
/// </summary>
internal sealed partial class SmtpConnection : IAsyncDisposable
{
    private readonly SmtpEndpoint _endpoint;
    private readonly SmtpWire _wire;
    private readonly TimeProvider _time;
    private readonly Socket _socket;

    private SmtpConnection(SmtpEndpoint endpoint, NetworkStream stream, TimeProvider time)
    {
        _endpoint = endpoint;
        _time = time;
        _socket = stream.Socket;
        _wire = new(stream, time);
    }

    /// <summary>What the server offers, as said after encryption.</summary>
    public SmtpCapabilities Offered { get; private set; } = SmtpCapabilities.None;

    /// <summary>False when the connection can carry no further mail.</summary>
    public bool IsUsable => !_wire.IsBroken;

    public static async Task<SmtpConnection> OpenAsync(SmtpEndpoint endpoint, MailDial dial, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(endpoint, await DialAsync(endpoint, dial, time, cancellationToken), time);
        try
        {
            await connection.BeginAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says goodbye if there is somebody to say it to, and hangs up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsUsable)
        {
            try
            {
                await _wire.CommandAsync("QUIT", SmtpStage.Quit, _endpoint.Timeouts.Quit, CancellationToken.None);
            }
            catch (SmtpException)
            {
                // a server that has the mail and not the manners
            }
        }

        await _wire.DisposeAsync();
    }

    private static async Task<NetworkStream> DialAsync(SmtpEndpoint endpoint, MailDial dial, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(endpoint.Timeouts.Connect, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await dial(endpoint.Host, endpoint.Port, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("it does not answer", e);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw Unreachable(e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } ? "its name cannot be resolved" : e.Message.TrimEnd('.'), e);
        }

        SmtpException Unreachable(string why, Exception cause) =>
            new(SmtpFailure.Unreachable, SmtpStage.Connect, $"The mail server {endpoint.Host}:{endpoint.Port} cannot be reached: {why}.", cause: cause);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_endpoint.Security is MailSecurity.Tls) await EncryptAsync(cancellationToken);
        var greeting = await _wire.ReadAsync(SmtpStage.Greeting, _endpoint.Timeouts.Command, cancellationToken);
        if (greeting.Code != 220) throw Fault(SmtpStage.Greeting, greeting);
        await HelloAsync(cancellationToken);
        if (_endpoint.Security is MailSecurity.StartTls)
        {
            await StartTlsAsync(cancellationToken);
            await HelloAsync(cancellationToken); // what was said before encryption may have been said by anybody
        }

        if (_endpoint.Credentials is not { } credentials) return;
        if (_endpoint.Security is MailSecurity.None && !IsThisMachine())
            throw new SmtpException(SmtpFailure.Authentication, SmtpStage.Authentication, "Without encryption credentials are sent to this machine only. Use tls or starttls.");
        await SignInAsync(credentials, cancellationToken);
    }

    private async Task SignInAsync(MailCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            await SmtpAuthentication.RunAsync(_wire, credentials, Offered, _endpoint.Timeouts.Command, cancellationToken);
        }
        catch (SmtpException e) when (e.Reply?.Code == 421)
        {
            _wire.Break();
            throw;
        }
    }

    private async Task HelloAsync(CancellationToken cancellationToken)
    {
        var name = _endpoint.ClientName ?? OwnAddress();
        var reply = await CommandAsync("EHLO " + name, SmtpStage.Hello, cancellationToken);
        if (reply.Code == 250)
        {
            Offered = new(reply.Lines);
            return;
        }

        Offered = SmtpCapabilities.None;
        if (reply.IsPermanent) reply = await CommandAsync("HELO " + name, SmtpStage.Hello, cancellationToken);
        if (reply.Code != 250) throw Fault(SmtpStage.Hello, reply);
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Offered.Has("STARTTLS"))
            throw new SmtpException(SmtpFailure.Tls, SmtpStage.Handshake, "The mail server does not offer encryption (STARTTLS) on this port.");
        var reply = await CommandAsync("STARTTLS", SmtpStage.Handshake, cancellationToken);
        if (reply.Code != 220)
            throw reply.IsTemporary ? Fault(SmtpStage.Handshake, reply) : new SmtpException(SmtpFailure.Tls, SmtpStage.Handshake, $"The mail server refused to encrypt: {reply}", reply);
        if (_wire.HasUnread)
        {
            _wire.Break();
            throw new SmtpException(SmtpFailure.Protocol, SmtpStage.Handshake, "Somebody spoke between the mail server's consent to encrypt and the encryption.");
        }

        await EncryptAsync(cancellationToken);
    }

    private Task EncryptAsync(CancellationToken cancellationToken) =>
        _wire.ReplaceAsync(_endpoint.Timeouts.Handshake, (plain, token) => MailTls.WrapAsync(plain, _endpoint.Host, _endpoint.AcceptAnyCertificate,
            (why, cause) => new SmtpException(SmtpFailure.Tls, SmtpStage.Handshake, why, cause: cause), token), cancellationToken);

    private Task<SmtpReply> CommandAsync(string line, SmtpStage stage, CancellationToken cancellationToken) =>
        _wire.CommandAsync(line, stage, _endpoint.Timeouts.Command, cancellationToken);

    /// <summary>421 may come at any time and means that the server hangs up.</summary>
    private SmtpException Fault(SmtpStage stage, SmtpReply reply)
    {
        if (reply.Code == 421) _wire.Break();
        return SmtpException.Of(stage, reply);
    }

    private bool IsThisMachine() => _socket.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(Unmapped(remote.Address));

    private string OwnAddress()
    {
        var address = _socket.LocalEndPoint is IPEndPoint local ? Unmapped(local.Address) : IPAddress.Loopback;
        return address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[IPv6:{address.ToString().Split('%')[0]}]" : $"[{address}]";
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

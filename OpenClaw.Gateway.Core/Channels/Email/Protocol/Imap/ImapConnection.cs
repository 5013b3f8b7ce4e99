using System.Net.Sockets;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>
/// A client's connection to a mailbox (RFC 3501 and RFC 9051 as far as a reader of mail needs them), greeted, encrypted as demanded
/// and signed in. It has one owner and does one thing at a time. Every fault is an <see cref="ImapException"/>.
/// </summary>
internal sealed partial class ImapConnection : IAsyncDisposable
{
    private const int MaxAlerts = 8;

    private readonly ImapEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly ImapWire _wire;
    private readonly Queue<string> _alerts = new();
    private long _tags;
    private bool _utf8;
    private bool _leaving;
    private bool _hasNews;

    private ImapConnection(ImapEndpoint endpoint, NetworkStream stream, TimeProvider time)
    {
        _endpoint = endpoint;
        _time = time;
        _wire = new(stream, endpoint.Timeouts, time);
    }

    /// <summary>What the server offers, as said after signing in.</summary>
    public ImapCapabilities Offered { get; private set; } = ImapCapabilities.None;

    /// <summary>The mailbox that was opened last, with what the server said about it since; null = none is open.</summary>
    public ImapMailbox? Selected { get; private set; }

    /// <summary>What the server wants people to see, the newest last.</summary>
    public IReadOnlyCollection<string> Alerts => _alerts;

    /// <summary>False when the connection is of no more use.</summary>
    public bool IsUsable => !_wire.IsBroken;

    /// <summary>When the server last said anything.</summary>
    public DateTimeOffset LastHeard => _wire.LastHeard;

    public static async Task<ImapConnection> OpenAsync(ImapEndpoint endpoint, MailDial dial, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new ImapConnection(endpoint, await DialAsync(endpoint, dial, time, cancellationToken), time);
        try
        {
            await connection.BeginAsync(cancellationToken);
            return connection;
        }
        catch
        {
            connection._wire.Break();
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says goodbye if there is somebody to say it to, and hangs up; what is under way then ends with <see cref="ImapFailure.Closed"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsUsable && !_wire.IsBusy && !_reading)
        {
            try
            {
                await LogoutAsync();
            }
            catch (ImapException)
            {
                // a server without manners
            }
        }

        await _wire.DisposeAsync();
    }

    private static async Task<NetworkStream> DialAsync(ImapEndpoint endpoint, MailDial dial, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(endpoint.Timeouts.Connect, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var stream = await dial(endpoint.Host, endpoint.Port, both.Token);
            stream.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true); // an IDLE is long
            return stream;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("it does not answer", e);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw Unreachable(e is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } ? "its name cannot be resolved" : e.Message.TrimEnd('.'), e);
        }

        ImapException Unreachable(string why, Exception cause) => new(ImapFailure.Unreachable, $"The mail server {endpoint.Host}:{endpoint.Port} cannot be reached: {why}.", cause: cause);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_endpoint.Security is MailSecurity.Tls) await EncryptAsync(cancellationToken);
        var greeting = await _wire.WithinAsync(_endpoint.Timeouts.Command, GreetingAsync, cancellationToken);
        if (_endpoint.Security is MailSecurity.StartTls)
        {
            if (!greeting.IsOk) // the known trick to have a client skip encryption
                throw new ImapException(ImapFailure.Tls, "The mail server lets in whoever comes (PREAUTH), and so cannot be asked to encrypt.");
            await StartTlsAsync(cancellationToken);
        }

        if (greeting.IsOk) await ImapAuthentication.RunAsync(this, _endpoint.Credentials, cancellationToken);
        await AskCapabilitiesAsync(cancellationToken);
        await IntroduceAsync(cancellationToken);
    }

    private async Task<ImapReply> GreetingAsync(CancellationToken token)
    {
        var answer = await _wire.ReadAsync(null, token);
        if (answer.Kind is not ImapAnswerKind.Untagged || answer.Name is not ("OK" or "PREAUTH" or "BYE")) throw new InvalidDataException("no greeting");
        Note(answer);
        return answer.Reply!;
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        await AskCapabilitiesAsync(cancellationToken);
        if (!Offered.Can("STARTTLS")) throw new ImapException(ImapFailure.Tls, "The mail server does not offer encryption (STARTTLS) on this port.");
        var reply = await RunAsync(new("STARTTLS"), cancellationToken);
        if (!reply.IsOk) throw ImapException.Of(reply, ImapFailure.Tls, "The connection cannot be encrypted");
        await EncryptAsync(cancellationToken);
        Offered = ImapCapabilities.None; // what was said before encryption may have been said by anybody
    }

    private Task EncryptAsync(CancellationToken cancellationToken) =>
        _wire.ReplaceAsync((plain, token) => MailTls.WrapAsync(plain, _endpoint.Host, _endpoint.AcceptAnyCertificate,
            (why, cause) => cause is IOException // hung up on, by the server or by the network: nobody was told that it will not do
                ? new ImapException(ImapFailure.Closed, "The connection to the mail server broke while it was being encrypted.", cause: cause)
                : new ImapException(ImapFailure.Tls, why, cause: cause), token), cancellationToken);

    /// <summary>Unless the server has said by itself.</summary>
    internal async Task AskCapabilitiesAsync(CancellationToken cancellationToken)
    {
        if (Offered.IsEmpty) await RunAsync(new("CAPABILITY"), cancellationToken);
    }

    /// <summary>What was offered before signing in need not be what is offered after it.</summary>
    internal void ForgetCapabilities() => Offered = ImapCapabilities.None;

    /// <summary>Some servers let nobody open a mailbox who has no name; what they answer is no matter.</summary>
    private async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        if (Offered.Has("ID")) await RunAsync(new ImapCommand("ID").Word("(\"name\" \"OpenClaw Gateway\")"), cancellationToken);
        if (Offered.Has("ENABLE") && (Offered.Has("UTF8=ACCEPT") || Offered.Has("UTF8=ONLY")))
            await RunAsync(new ImapCommand("ENABLE").Word("UTF8=ACCEPT"), cancellationToken,
                answer => _utf8 |= answer.Is("ENABLED") && answer.Text.Contains("UTF8=ACCEPT", StringComparison.OrdinalIgnoreCase));
    }

    private async Task LogoutAsync()
    {
        _leaving = true;
        await _wire.WithinAsync(_endpoint.Timeouts.Logout, token => ConverseAsync(new("LOGOUT"), null, null, token), CancellationToken.None);
        _wire.Break();
    }

    /// <summary>Sends a command and reads to its end. Its reply may be a refusal.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    /// <param name="hear">Is given every untagged answer.</param>
    /// <param name="window">For content.</param>
    /// <param name="bytes">Of content that go or come, for which there is more time.</param>
    private Task<ImapReply> RunAsync(ImapCommand command, CancellationToken cancellationToken, Action<ImapAnswer>? hear = null, ImapWindow? window = null, long bytes = 0)
    {
        if (_reading) throw new InvalidOperationException("Mails are being read; read them to the end first.");
        return _wire.WithinAsync(Limit(bytes), token => ConverseAsync(command, hear, window, token), cancellationToken);
    }

    private async Task ExpectAsync(ImapCommand command, ImapFailure usual, string what, CancellationToken cancellationToken, Action<ImapAnswer>? hear = null)
    {
        var reply = await RunAsync(command, cancellationToken, hear);
        if (!reply.IsOk) throw ImapException.Of(reply, usual, what);
    }

    private TimeSpan Limit(long bytes) => _endpoint.Timeouts.Command + TimeSpan.FromSeconds((double)bytes / _endpoint.Timeouts.MinimumRate);

    private async Task<ImapReply> ConverseAsync(ImapCommand command, Action<ImapAnswer>? hear, ImapWindow? window, CancellationToken token)
    {
        var tag = NextTag();
        var line = tag + " ";
        foreach (var (text, literal, length) in command.Parts)
        {
            // a short one needs no consent where the server says so; a long one may be refused before it is sent
            var waits = length > 4_096 || !Offered.Has("LITERAL+") && !Offered.Has("LITERAL-");
            await SendLineAsync($"{line}{text}{{{length}{(waits ? "" : "+")}}}", token);
            if (waits && await NextAsync(tag, hear, window, continuation: true, token) is { Kind: ImapAnswerKind.Tagged } refusal) return refusal.Reply!;
            await SendLiteralAsync(literal, length, token);
            line = "";
        }

        await SendLineAsync(line + command.Last, token);
        return (await NextAsync(tag, hear, window, continuation: false, token)).Reply!;
    }

    private string NextTag() => $"a{++_tags}";

    private Task SendLineAsync(string line, CancellationToken token) => _wire.SendAsync(Encoding.UTF8.GetBytes(line + "\r\n"), token);

    private async Task SendLiteralAsync(Stream content, long length, CancellationToken token)
    {
        var block = new byte[(int)Math.Min(length, 32 * 1024)];
        while (length > 0)
        {
            var read = await content.ReadAsync(block.AsMemory(0, (int)Math.Min(length, block.Length)), token);
            if (read == 0) throw new ArgumentException("The content is shorter than was said.", nameof(content));
            await _wire.SendAsync(block.AsMemory(0, read), token);
            length -= read;
        }
    }

    /// <summary>The end of the command; or, if wanted, the server's consent to go on.</summary>
    private async Task<ImapAnswer> NextAsync(string tag, Action<ImapAnswer>? hear, ImapWindow? window, bool continuation, CancellationToken token)
    {
        for (var count = 0; count < ImapBounds.Answers; count++)
        {
            var answer = await _wire.ReadAsync(window, token);
            switch (answer.Kind)
            {
                case ImapAnswerKind.Tagged when answer.Tag != tag:
                    throw new InvalidDataException("an answer to a command that nobody gave");
                case ImapAnswerKind.Tagged:
                    Note(answer);
                    return answer;
                case ImapAnswerKind.Continuation when continuation:
                    return answer;
                case ImapAnswerKind.Untagged:
                    Note(answer);
                    hear?.Invoke(answer);
                    break;
            }
        }

        throw new InvalidDataException("answers without end");
    }

    /// <summary>What a server may say at any time.</summary>
    private void Note(ImapAnswer answer)
    {
        if (answer.Reply is { } reply) Note(reply);
        switch (answer.Name)
        {
            case "CAPABILITY":
                Offered = new(answer.Text);
                break;
            case "EXISTS" when answer.Number is { } count:
                _hasNews |= count > Selected?.Exists;
                Selected = Selected is null ? null : Selected with { Exists = count };
                break;
            case "EXPUNGE" when Selected is { Exists: > 0 } mailbox:
                Selected = mailbox with { Exists = mailbox.Exists - 1 };
                break;
            case "BYE" when !_leaving:
                var limit = answer.Reply!.IsLimit;
                throw new ImapException(limit ? ImapFailure.LimitReached : ImapFailure.Closed, $"The mail server hung up: {answer.Reply}", answer.Reply);
        }
    }

    private void Note(ImapReply reply)
    {
        switch (reply.Code)
        {
            case "CAPABILITY":
                Offered = new(reply.CodeArguments);
                break;
            case "READ-ONLY" or "READ-WRITE" when Selected is { } mailbox:
                Selected = mailbox with { IsReadOnly = reply.Code == "READ-ONLY" };
                break;
            case "ALERT" when reply.Text.Length > 0:
                if (_alerts.Count == MaxAlerts) _alerts.Dequeue();
                _alerts.Enqueue(ServerText.Shown(reply.Text));
                break;
        }
    }
}

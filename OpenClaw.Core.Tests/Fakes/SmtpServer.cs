using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A mail that the server has taken. The content is as before dot-stuffing.</summary>
internal sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Content, string? User, bool Encrypted);

/// <summary>
/// A mail server on a free loopback port that holds its clients to RFC 5321 (what they do wrong is in <see cref="Faults"/>) and
/// fails at the step that the test names: <c>greeting</c>, <c>EHLO</c>, <c>HELO</c>, <c>STARTTLS</c>, <c>AUTH</c> (and each further answer),
/// <c>MAIL</c>, <c>RCPT</c>, <c>DATA</c>, <c>content</c>, <c>RSET</c>, <c>QUIT</c>.
/// </summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>Instead of a reply: hangs up.</summary>
    public const string Cut = "\0cut";

    /// <summary>Instead of a reply: says nothing more.</summary>
    public const string Silence = "\0silence";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _loop;

    public SmtpServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Reads nothing of a mail's content.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Lines of the answer to EHLO.</summary>
    public List<string> Offers { get; } = ["SIZE 100000", "8BITMIME"];

    /// <summary>Set: STARTTLS is offered, or TLS begins at once.</summary>
    public X509Certificate2? Certificate { get; init; }

    public bool ImplicitTls { get; init; }

    /// <summary>Mechanism and decoded answers, such as <c>PLAIN \0user\0password</c>, that are let in.</summary>
    public HashSet<string> LetIn { get; } = new(StringComparer.Ordinal);

    /// <summary>The reply instead of the usual one; null = the usual one. Gets the step, its argument and how often the step came.</summary>
    public Func<string, string, int, string?> Script { get; set; } = (_, _, _) => null;

    public ConcurrentQueue<ReceivedMail> Mails { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Every command as it came.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>How often each step came, over all connections.</summary>
    public ConcurrentDictionary<string, int> Steps { get; } = new(StringComparer.Ordinal);

    /// <summary>Hangs up on everybody.</summary>
    public void Drop()
    {
        foreach (var client in _clients) client.Client.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _loop;
        await Task.WhenAll(_conversations);
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_over.Token);
                _conversations.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var hold = client;
        _clients.Add(client);
        try
        {
            await new Conversation(this, client.GetStream()).RunAsync(_over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // the client hung up, or the script did
        }
    }

    private sealed class Conversation(SmtpServer server, Stream stream)
    {
        private readonly List<string> _to = [];
        private readonly byte[] _buffer = new byte[4_096];
        private Stream _stream = stream;
        private int _start;
        private int _end;
        private bool _encrypted;
        private bool _greeted;
        private string? _from;
        private string? _user;
        private long? _declared;

        public async Task RunAsync(CancellationToken over)
        {
            if (server.ImplicitTls) await EncryptAsync(over);
            await ReplyAsync("greeting", "", "220 test.example ESMTP", over);
            while (await ReadLineAsync(over) is { } line)
            {
                if (line.Length > 510) Fault("a command of more than 512 bytes");
                server.Commands.Enqueue(line);
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                var verb = space < 0 ? line : line[..space];
                var argument = space < 0 ? "" : line[(space + 1)..];
                if (!await AnswerAsync(verb, argument, over)) return;
            }
        }

        private async Task<bool> AnswerAsync(string verb, string argument, CancellationToken over)
        {
            switch (verb)
            {
                case "EHLO" or "HELO":
                    if (argument.Length == 0) Fault("no name in " + verb);
                    Forget();
                    _greeted = (await ReplyAsync(verb, argument, verb == "HELO" ? "250 test.example" : Offers(), over)).StartsWith("250", StringComparison.Ordinal);
                    return true;
                case "STARTTLS":
                    if (!_greeted || _encrypted) Fault("STARTTLS out of turn");
                    if (!(await ReplyAsync(verb, argument, "220 go ahead", over)).StartsWith("220", StringComparison.Ordinal)) return true;
                    await EncryptAsync(over);
                    _greeted = false;
                    return true;
                case "AUTH":
                    if (!_greeted || _user is not null || _from is not null) Fault("AUTH out of turn");
                    await AuthenticateAsync(argument, over);
                    return true;
                case "MAIL":
                    await MailAsync(argument, over);
                    return true;
                case "RCPT":
                    await RecipientAsync(argument, over);
                    return true;
                case "DATA":
                    await DataAsync(over);
                    return true;
                case "RSET":
                    Forget();
                    await ReplyAsync(verb, argument, "250 ok", over);
                    return true;
                case "QUIT":
                    await ReplyAsync(verb, argument, "221 bye", over);
                    return false;
                default:
                    Fault("no command: " + verb);
                    await WriteAsync("500 5.5.1 what?", over);
                    return true;
            }
        }

        private bool Pipelines => server.Offers.Contains("PIPELINING");

        private string Offers()
        {
            List<string> lines = ["test.example", .. server.Offers];
            if (server.Certificate is not null && !_encrypted) lines.Add("STARTTLS");
            return string.Join("\r\n", lines.Select((l, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{l}"));
        }

        private async Task AuthenticateAsync(string argument, CancellationToken over)
        {
            var parts = argument.Split(' ');
            List<string> answers = parts.Length > 1 ? [parts[1]] : [];
            var wanted = parts[0] == "LOGIN" ? 2 : 1;
            while (answers.Count < wanted)
            {
                await WriteAsync("334 VXNlcm5hbWU6", over);
                answers.Add(await ReadLineAsync(over) ?? "");
            }

            var said = $"{parts[0]} {string.Join(' ', answers.Select(a => Encoding.UTF8.GetString(Convert.FromBase64String(a))))}";
            var letIn = server.LetIn.Contains(said);
            if (!letIn && parts[0] == "XOAUTH2")
            {
                await WriteAsync("334 eyJzdGF0dXMiOiI0MDEifQ==", over);
                if (await ReadLineAsync(over) is not "") Fault("the challenge of XOAUTH2 is answered with an empty line");
            }

            var reply = await ReplyAsync("AUTH", argument, letIn ? "235 2.7.0 welcome" : "535 5.7.8 no", over);
            if (reply.StartsWith("235", StringComparison.Ordinal)) _user = said;
        }

        private async Task MailAsync(string argument, CancellationToken over)
        {
            if (!_greeted || _from is not null) Fault("MAIL out of turn");
            var words = argument.Split(' ');
            if (!words[0].StartsWith("FROM:<", StringComparison.Ordinal) || !words[0].EndsWith('>')) Fault("MAIL " + argument);
            foreach (var word in words.Skip(1))
            {
                var keyword = word.Split('=')[0] switch { "BODY" => "8BITMIME", "RET" or "ENVID" => "DSN", var other => other };
                if (!server.Offers.Any(o => o.Split(' ')[0] == keyword)) Fault("not offered: " + word);
                if (keyword == "SIZE") _declared = long.Parse(word[5..], System.Globalization.CultureInfo.InvariantCulture);
            }

            if (argument.Any(c => c > 127) && !words.Contains("SMTPUTF8")) Fault("UTF-8 without SMTPUTF8");
            if ((await ReplyAsync("MAIL", argument, "250 2.1.0 ok", over)).StartsWith("250", StringComparison.Ordinal)) _from = words[0][6..^1];
        }

        private async Task RecipientAsync(string argument, CancellationToken over)
        {
            if (_from is null && !Pipelines) Fault("RCPT before MAIL");
            var words = argument.Split(' ');
            if (!words[0].StartsWith("TO:<", StringComparison.Ordinal) || !words[0].EndsWith('>')) Fault("RCPT " + argument);
            if (words.Length > 1 && !server.Offers.Contains("DSN")) Fault("not offered: " + words[1]);
            if ((await ReplyAsync("RCPT", argument, _from is null ? "503 5.5.1 MAIL first" : "250 2.1.5 ok", over)).StartsWith("25", StringComparison.Ordinal)) _to.Add(words[0][4..^1]);
        }

        private async Task DataAsync(CancellationToken over)
        {
            var isInvalid = _from is null || _to.Count == 0;
            if (isInvalid && !Pipelines) Fault("DATA out of turn");
            if (!(await ReplyAsync("DATA", "", isInvalid ? "554 5.5.1 no valid recipients" : "354 go on", over)).StartsWith("354", StringComparison.Ordinal)) return;
            if (server.IsDeaf) await Task.Delay(Timeout.Infinite, over);
            var content = new StringBuilder();
            while (await ReadLineAsync(over) is { } line)
            {
                if (line == ".")
                {
                    if (_declared is { } declared && Math.Abs(declared - content.Length) > content.Length / 10 + 2) Fault($"SIZE={declared} for {content.Length}");
                    var mail = new ReceivedMail(_from ?? "", [.. _to], content.ToString(), _user, _encrypted);
                    Forget();
                    await ReplyAsync("content", "", "250 2.0.0 queued", over, reply =>
                    {
                        if (reply.StartsWith("250", StringComparison.Ordinal)) server.Mails.Enqueue(mail);
                    });
                    return;
                }

                if (line.Length > 998 + 1) Fault($"a line of {line.Length} bytes");
                if (line.StartsWith('.') && !line.StartsWith("..", StringComparison.Ordinal)) Fault("a dot that is not doubled");
                content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }
        }

        private void Forget()
        {
            _from = null;
            _to.Clear();
            _declared = null;
        }

        /// <param name="step">What is answered.</param>
        /// <param name="argument">Its argument.</param>
        /// <param name="usual">The reply, unless the script has another.</param>
        /// <param name="over">The server stops.</param>
        /// <param name="before">Done before anybody can see the reply.</param>
        private async Task<string> ReplyAsync(string step, string argument, string usual, CancellationToken over, Action<string>? before = null)
        {
            var count = server.Steps.AddOrUpdate(step, 1, (_, n) => n + 1);
            var reply = server.Script(step, argument, count) ?? usual;
            if (reply == Cut) throw new IOException("cut by the script");
            if (reply == Silence) await Task.Delay(Timeout.Infinite, over);
            before?.Invoke(reply);
            await WriteAsync(reply, over);
            return reply;
        }

        private async Task WriteAsync(string reply, CancellationToken over) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), over);

        private async Task EncryptAsync(CancellationToken over)
        {
            if (_start != _end) Fault("bytes before the handshake");
            var tls = new SslStream(_stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, over);
            _stream = tls;
            _encrypted = true;
        }

        /// <summary>Null at the end. A line ends in CRLF and nothing else.</summary>
        private async Task<string?> ReadLineAsync(CancellationToken over)
        {
            List<byte> line = [];
            while (true)
            {
                if (_start == _end)
                {
                    (_start, _end) = (0, await _stream.ReadAsync(_buffer, over));
                    if (_end == 0) return null;
                }

                var value = _buffer[_start++];
                if (line is [.., (byte)'\r'] && value != '\n') Fault("a CR that ends no line");
                if (value == '\n')
                {
                    if (line is not [.., (byte)'\r']) Fault("an LF without a CR");
                    return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                }

                line.Add(value);
            }
        }

        private void Fault(string fault) => server.Faults.Enqueue(fault);
    }
}

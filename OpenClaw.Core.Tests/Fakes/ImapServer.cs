using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// An IMAP server on a free loopback port that says what the test's script says. Lines of the script are commands with their answers:
/// <c>$</c> in an answer stands for the command's tag. Unscripted commands are answered as an empty mailbox would.
/// </summary>
internal sealed class ImapServer : IAsyncDisposable
{
    /// <summary>Instead of an answer: hangs up.</summary>
    public const string Cut = "\0cut";

    /// <summary>Instead of an answer, or at its end: says nothing more.</summary>
    public const string Silence = "\0silence";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Task _loop;

    public ImapServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Greeting { get; set; } = "* OK ready\r\n";

    public string Capabilities { get; set; } = "IMAP4rev1 AUTH=PLAIN SASL-IR IDLE MOVE UIDPLUS";

    public X509Certificate2? Certificate { get; init; }

    public bool ImplicitTls { get; init; }

    /// <summary>Gets a command without its tag; null = the usual answer. Bytes are Latin-1.</summary>
    public Func<string, string?> Script { get; set; } = _ => null;

    /// <summary>Every command without its tag, and what was sent as a literal or as an answer to a challenge.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

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
        client.NoDelay = true;
        try
        {
            await new Conversation(this, client.GetStream()).RunAsync(_over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // the client hung up, or the script did
        }
    }

    private sealed class Conversation(ImapServer server, Stream stream)
    {
        private Stream _stream = stream;
        private bool _encrypted;

        public async Task RunAsync(CancellationToken over)
        {
            if (server.ImplicitTls) await EncryptAsync(over);
            await SayAsync(server.Greeting, "", over);
            while (await ReadLineAsync(over) is { } line)
            {
                var blank = line.IndexOf(' ', StringComparison.Ordinal);
                var (tag, command) = blank < 0 ? (line, "") : (line[..blank], line[(blank + 1)..]);
                while (command.EndsWith('}') && !command.StartsWith("AUTHENTICATE", StringComparison.Ordinal)) command = await WithLiteralAsync(command, over);
                server.Commands.Enqueue(command);
                await SayAsync(server.Script(command) ?? Usual(command), tag, over);
                if (command == "STARTTLS" && server.Certificate is not null) await EncryptAsync(over);
                if (command == "LOGOUT") return;
            }
        }

        private string Usual(string command) => command.Split(' ')[0] switch
        {
            "CAPABILITY" => $"* CAPABILITY {server.Capabilities}{(server.Certificate is not null && !_encrypted ? " STARTTLS" : "")}\r\n$ OK done\r\n",
            "LOGOUT" => "* BYE see you\r\n$ OK done\r\n",
            "SELECT" or "EXAMINE" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 44] ok\r\n$ OK [READ-WRITE] done\r\n",
            "IDLE" => "+ idling\r\n",
            _ => "$ OK done\r\n",
        };

        private async Task<string> WithLiteralAsync(string command, CancellationToken over)
        {
            var open = command.LastIndexOf('{');
            var digits = command[(open + 1)..^1].TrimEnd('+');
            if (!command.EndsWith("+}", StringComparison.Ordinal)) await SayAsync("+ go on\r\n", "", over);
            var literal = new byte[int.Parse(digits, CultureInfo.InvariantCulture)];
            await _stream.ReadExactlyAsync(literal, over);
            return command[..open] + "<" + Encoding.Latin1.GetString(literal) + ">" + await ReadLineAsync(over);
        }

        private async Task SayAsync(string text, string tag, CancellationToken over)
        {
            if (text.StartsWith(Cut, StringComparison.Ordinal)) throw new IOException("cut by the script");
            var said = text.Split('\0')[0].Replace("$", tag, StringComparison.Ordinal);
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(said), over);
            if (text.EndsWith(Silence, StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, over);
            if (text.EndsWith(Cut, StringComparison.Ordinal)) throw new IOException("cut by the script");
            if (!text.StartsWith('+') && !text.Contains("\n+", StringComparison.Ordinal)) return;
            if (text.StartsWith("+ go on", StringComparison.Ordinal)) return;
            await ContinueAsync(tag, over);
        }

        /// <summary>What follows a continuation: DONE, or answers to challenges.</summary>
        private async Task ContinueAsync(string tag, CancellationToken over)
        {
            var line = await ReadLineAsync(over) ?? throw new IOException("hung up");
            server.Commands.Enqueue(line);
            await SayAsync(server.Script(line) ?? "$ OK done\r\n", tag, over);
        }

        private async Task EncryptAsync(CancellationToken over)
        {
            var tls = new SslStream(_stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, over);
            _stream = tls;
            _encrypted = true;
        }

        private async Task<string?> ReadLineAsync(CancellationToken over)
        {
            List<byte> line = [];
            var one = new byte[1];
            while (await _stream.ReadAsync(one, over) == 1)
            {
                if (one[0] == '\n') return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
                line.Add(one[0]);
            }

            return null;
        }
    }
}

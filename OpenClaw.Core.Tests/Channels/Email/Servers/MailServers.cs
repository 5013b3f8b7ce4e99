using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Core.Tests.Channels.Email.Servers;

/// <summary>Somebody with a mailbox.</summary>
public sealed record MailUser(string Address, string Password, string Home);

/// <summary>
/// A real Dovecot and a real Postfix for all test classes of a collection, on free loopback ports; not started where they are not
/// installed. Each test makes users of its own. What Postfix bounces and refuses is written at the top of <c>.ci/mailserver</c>.
/// </summary>
public sealed class MailServers : IAsyncLifetime
{
    /// <summary>Name of the collection; classes of it run one after the other.</summary>
    public const string Collection = "mail servers";

    /// <summary>Taken, and bounced for good (5.1.1) to the sender.</summary>
    public const string Bounces = "ghost@openclaw.test";

    /// <summary>Taken, and bounced with 5.2.2.</summary>
    public const string Full = "full@openclaw.test";

    /// <summary>Taken; a report of delay (4.2.0) follows.</summary>
    public const string Stuck = "stuck@openclaw.test";

    /// <summary>Refused at once (550 5.1.1).</summary>
    public const string Refused = "nobody@openclaw.test";

    /// <summary>Refused for now (450 4.2.0).</summary>
    public const string Later = "later@openclaw.test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-mail-").FullName;
    private int _users;

    public static bool AreHere => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/postfix") && File.Exists("/usr/lib/dovecot/imap") && File.Exists("/usr/lib/dovecot/lmtp") && File.Exists("/usr/bin/openssl");

    public static string Host => "localhost";

    /// <summary>IMAP with STARTTLS.</summary>
    public int ImapPort { get; private set; }

    /// <summary>IMAP over TLS.</summary>
    public int ImapsPort { get; private set; }

    /// <summary>SMTP from outside: nobody signs in, only known domains.</summary>
    public int SmtpPort { get; private set; }

    /// <summary>SMTP for users, STARTTLS and AUTH demanded.</summary>
    public int SubmissionPort { get; private set; }

    /// <summary>SMTP for users over TLS.</summary>
    public int SubmissionsPort { get; private set; }

    public async Task InitializeAsync()
    {
        if (!AreHere) return;
        Open(_folder, 0b111_101_101);
        for (var attempt = 1; ; attempt++)
        {
            var ports = FreePorts(5);
            (ImapPort, ImapsPort, SmtpPort, SubmissionPort, SubmissionsPort) = (ports[0], ports[1], ports[2], ports[3], ports[4]);
            string[] arguments = ["start", _folder, Text(Environment.ProcessId), "127.0.0.1", .. ports.Select(Text)];
            if (await RunAsync(Script, arguments) == 0) return;
            await RunAsync(Script, "stop", _folder);
            if (attempt == 3) Assert.Fail("The mail servers do not start: " + Logs());
        }
    }

    public async Task DisposeAsync()
    {
        if (AreHere) await RunAsync(Script, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A new user with an empty mailbox; plus-addresses lead there, too.</summary>
    public async Task<MailUser> CreateUserAsync(string? name = null, string domain = "openclaw.test", string? password = null)
    {
        name ??= "user" + Text(Interlocked.Increment(ref _users));
        var user = new MailUser($"{name}@{domain}", password ?? "secret-of-" + name, Path.Combine(_folder, "homes", domain, name));
        foreach (var folder in (string[])["", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"]) MakeOpen(Path.Combine(user.Home, folder));
        await WriteUserAsync(user);
        return user;
    }

    /// <summary>Done when the server knows it.</summary>
    public async Task<MailUser> SetPasswordAsync(MailUser user, string password)
    {
        var changed = user with { Password = password };
        await WriteUserAsync(changed);
        await UntilAsync(async () => await RunAsync("/usr/bin/doveadm", "-c", Path.Combine(_folder, "dovecot", "dovecot.conf"), "auth", "test", user.Address, password) == 0, () => "the password is not taken");
        return changed;
    }

    /// <summary>Puts a mail into the mailbox without anybody's sending it.</summary>
    public static async Task DeliverAsync(MailUser user, ReadOnlyMemory<byte> raw, int number = 0)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}.M{number:000000}P{Guid.NewGuid():N}.test,S={raw.Length},W={raw.Length}");
        var path = Path.Combine(user.Home, "Maildir", "tmp", name);
        await File.WriteAllBytesAsync(path, raw);
        File.Move(path, Path.Combine(user.Home, "Maildir", "new", name));
    }

    /// <summary>The raw mails of a mailbox in the order in which they came, as soon as there are at least so many.</summary>
    public async Task<IReadOnlyList<byte[]>> MailBoxAsync(MailUser user, int atLeast = 0, string folder = "INBOX")
    {
        var maildir = Path.Combine(user.Home, "Maildir", folder == "INBOX" ? "" : "." + MailboxName.Encode(folder).Replace('/', '.'));
        string[] files = [];
        await UntilAsync(() => Task.FromResult((files = Files(maildir)).Length >= atLeast), () => $"{files.Length} of {atLeast} mails are in {folder} of {user.Address}");
        return [.. files.Select(File.ReadAllBytes)];
    }

    /// <summary>The mail that holds that text, wherever it was delivered.</summary>
    public async Task<string> FindAsync(string text)
    {
        string? found = null;
        await UntilAsync(() => Task.FromResult((found = Everywhere().Select(Read).FirstOrDefault(m => m.Contains(text, StringComparison.Ordinal))) is not null), () => $"no mail with {text}");
        return found!;

        IEnumerable<string> Everywhere() => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(f => f.Contains("/kept/", StringComparison.Ordinal) || f.Contains("/new/", StringComparison.Ordinal) || f.Contains("/cur/", StringComparison.Ordinal));
    }

    /// <summary>What the servers logged, for the message of a test that fails.</summary>
    public string Logs() => string.Join('\n', new[] { "dovecot/start.err", "dovecot/log", "maillog" }.Select(f => Path.Combine(_folder, f)).Where(File.Exists).SelectMany(f => File.ReadLines(f).TakeLast(30)));

    internal ImapEndpoint Imap(MailUser user, MailSecurity security = MailSecurity.Tls) => new()
    {
        Host = Host,
        Port = security is MailSecurity.Tls ? ImapsPort : ImapPort,
        Security = security,
        Credentials = new MailCredentials.Password(user.Address, user.Password),
        AcceptAnyCertificate = true,
    };

    /// <summary>Connects wherever it is told to.</summary>
    internal static async ValueTask<NetworkStream> DialAsync(string host, int port, CancellationToken cancellationToken)
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

    private static string Script => Path.Combine(Sources(), ".ci", "mailserver");

    private async Task WriteUserAsync(MailUser user)
    {
        var (name, domain) = (user.Address.Split('@')[0], user.Address.Split('@')[1]);
        var path = Path.Combine(_folder, "dovecot", "users", domain, name.ToLowerInvariant());
        await File.WriteAllTextAsync(path + ".new", $"{name.ToLowerInvariant()}:{{PLAIN}}{user.Password}:8:8::{user.Home}::\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string[] Files(string maildir) => !Directory.Exists(maildir)
        ? []
        : [.. new[] { "new", "cur" }.Select(f => Path.Combine(maildir, f)).Where(Directory.Exists).SelectMany(Directory.GetFiles).OrderBy(Path.GetFileName, StringComparer.Ordinal)];

    /// <summary>The server may be moving the file.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    private async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"{otherwise()}; the servers say:\n{Logs()}");
            await again.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await Task.WhenAll(output, errors);
        return process.ExitCode;
    }

    /// <summary>Mails are the user mail's, and the tests are root.</summary>
    private static void MakeOpen(string folder)
    {
        Directory.CreateDirectory(folder);
        Open(folder, 0b111_111_111);
    }

    private static void Open(string folder, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)mode);
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No OpenClaw.sln above " + AppContext.BaseDirectory);
    }
}

/// <summary>Starts the servers once for all classes that name it.</summary>
[CollectionDefinition(MailServers.Collection)]
public sealed class MailServersCollection : ICollectionFixture<MailServers>;

/// <summary>Skips where Postfix and Dovecot are not installed, or may not be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MailServersFactAttribute : FactAttribute
{
    public MailServersFactAttribute()
    {
        if (!MailServers.AreHere) Skip = Why;
    }

    internal static string Why => "postfix, dovecot-imapd, dovecot-lmtpd and openssl are not installed, or this is not root";
}

/// <summary>As <see cref="MailServersFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MailServersTheoryAttribute : TheoryAttribute
{
    public MailServersTheoryAttribute()
    {
        if (!MailServers.AreHere) Skip = MailServersFactAttribute.Why;
    }
}

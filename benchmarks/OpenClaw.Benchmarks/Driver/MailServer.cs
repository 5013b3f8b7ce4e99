using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>A Dovecot of the run's own with one mailbox (<c>.ci/mailserver</c>).</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string Address = "bench@openclaw.test";
    public const string Password = "bench";
    private readonly string _folder;

    private MailServer(string folder, int imaps, int submissions) => (_folder, ImapsPort, SubmissionsPort) = (folder, imaps, submissions);

    public static bool IsHere => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/postfix") && File.Exists("/usr/lib/dovecot/imap") && Script is not null;

    public int ImapsPort { get; }

    public int SubmissionsPort { get; }

    private string Home => Path.Combine(_folder, "homes", "openclaw.test", "bench");

    public static async Task<MailServer> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-mail-").FullName;
        Open(folder, 0b111_101_101);
        var ports = FreePorts(5);
        string[] arguments = ["start", folder, Text(Environment.ProcessId), "127.0.0.1", .. ports.Select(Text)];
        if (await RunAsync(arguments, cancellationToken).ConfigureAwait(false) != 0) throw new InvalidOperationException("The mail servers do not start.");
        MailServer server = new(folder, ports[1], ports[4]);
        foreach (var part in (string[])["", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"])
        {
            Directory.CreateDirectory(Path.Combine(server.Home, part));
            Open(Path.Combine(server.Home, part), 0b111_111_111);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "dovecot", "users", "openclaw.test", "bench"), $"bench:{{PLAIN}}{Password}:8:8::{server.Home}::\n", cancellationToken).ConfigureAwait(false);
        return server;
    }

    /// <summary>Puts a mail into the mailbox.</summary>
    public async Task DeliverAsync(int number, byte[] mail, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}.M{number:000000}P1.bench,S={mail.Length}");
        var path = Path.Combine(Home, "Maildir", "tmp", name);
        await File.WriteAllBytesAsync(path, mail, cancellationToken).ConfigureAwait(false);
        File.Move(path, Path.Combine(Home, "Maildir", "new", name));
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(["stop", _folder], CancellationToken.None).ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Script
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
            return folder is null ? null : Path.Combine(folder.FullName, ".ci", "mailserver");
        }
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(Script!, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Mails are the user mail's, and the driver is root.</summary>
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
}

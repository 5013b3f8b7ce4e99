using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenClaw.Core.Tests.Architecture;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>A real mail server for a class of tests; not started where there is none.</summary>
public sealed class Postfix : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-postfix-").FullName;

    public static bool IsHere => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/postfix") && File.Exists("/usr/bin/doveadm") && File.Exists("/usr/bin/openssl");

    public int Submission { get; private set; }

    public int Tls { get; private set; }

    public async Task InitializeAsync()
    {
        if (!IsHere) return;
        (Submission, Tls) = (FreePort(), FreePort());
        await RunAsync("start", _folder, Submission.ToString(CultureInfo.InvariantCulture), Tls.ToString(CultureInfo.InvariantCulture));
    }

    public async Task DisposeAsync()
    {
        if (IsHere) await RunAsync("stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The delivered mail that holds that text.</summary>
    public async Task<string> DeliveredAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await again.WaitForNextTickAsync(patience.Token))
            foreach (var file in Directory.GetFiles(Path.Combine(_folder, "mail")))
                if (await File.ReadAllTextAsync(file, patience.Token) is var mail && mail.Contains(text, StringComparison.Ordinal)) return mail;
        throw new TimeoutException();
    }

    private static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, ".ci", "mailserver"), arguments))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Skips where Postfix and Dovecot are not installed, or may not be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostfixFactAttribute : FactAttribute
{
    public PostfixFactAttribute()
    {
        if (!Postfix.IsHere) Skip = "postfix, dovecot-core and openssl are not installed, or this is not root";
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>
/// Debian's nginx with the configuration that is shipped: only addresses, names, certificates and folders are put in. It listens with TLS on 127.0.0.1
/// and speaks to the gateway from there.
/// </summary>
internal sealed class Nginx : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private readonly string _folder;
    private readonly Process _process;

    private Nginx(string folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public static bool IsHere => File.Exists(Program) && File.Exists("/usr/bin/openssl");

    /// <summary>Where it takes https.</summary>
    public int Port { get; }

    /// <param name="port">Where it takes https.</param>
    /// <param name="gateway">Host and port of the portal.</param>
    /// <param name="subPath">True for the lines that go into another site.</param>
    public static async Task<Nginx> StartAsync(int port, string gateway, bool subPath)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-nginx-").FullName;
        await RunAsync("/usr/bin/openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", Path.Combine(folder, "key.pem"), "-out", Path.Combine(folder, "cert.pem")]);
        await File.WriteAllTextAsync(Path.Combine(folder, "openclaw-proxy.conf"), Repository.Read("packaging/nginx/openclaw-proxy.conf"));
        await File.WriteAllTextAsync(Path.Combine(folder, "openclaw.conf"), SiteOf(folder, port, gateway, subPath));
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), Frame(folder));
        await RunAsync(Program, ["-t", "-q", "-c", Path.Combine(folder, "nginx.conf")]);
        var process = Process.Start(new ProcessStartInfo(Program, ["-c", Path.Combine(folder, "nginx.conf")]) { UseShellExecute = false })!;
        var nginx = new Nginx(folder, process, port);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return nginx;
            }
            catch (SocketException) when (tries < 2_400 && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            }
        }
    }

    /// <summary>For clients that trust its certificate and no other.</summary>
    public SocketsHttpHandler NewHandler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, "cert.pem")));
        return new() { SslOptions = { CertificateChainPolicy = policy }, AllowAutoRedirect = false };
    }

    /// <summary>What it wrote to its log of errors.</summary>
    public string Errors => File.ReadAllText(Path.Combine(_folder, "error.log"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var quit = Process.Start(Program, ["-c", Path.Combine(_folder, "nginx.conf"), "-s", "stop"]);
            await quit.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The shipped site, and for a sub-path the shipped lines in the place of its root.</summary>
    private static string SiteOf(string folder, int port, string gateway, bool subPath)
    {
        var site = Repository.Read("packaging/nginx/openclaw.conf");
        if (subPath)
        {
            var from = site.IndexOf("    location / {", StringComparison.Ordinal);
            site = site[..from] + Repository.Read("packaging/nginx/openclaw-subpath.conf") + "\n    location / { return 404 \"another site\"; }\n}\n";
        }

        foreach (var (shipped, here) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen 80;"] = string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{ServerProcess.FreeAddress().Port};"),
            ["    listen [::]:80;\n"] = "",
            ["listen 443 ssl http2;"] = string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port} ssl http2;"),
            ["    listen [::]:443 ssl http2;\n"] = "",
            ["server_name chat.example.org;"] = "server_name localhost;",
            ["server 127.0.0.1:5080;"] = $"server {gateway};",
            ["/etc/letsencrypt/live/chat.example.org/fullchain.pem"] = Path.Combine(folder, "cert.pem"),
            ["/etc/letsencrypt/live/chat.example.org/privkey.pem"] = Path.Combine(folder, "key.pem"),
            ["/etc/nginx/openclaw-proxy.conf"] = Path.Combine(folder, "openclaw-proxy.conf"),
        })
        {
            Assert.Contains(shipped, site, StringComparison.Ordinal);
            site = site.Replace(shipped, here, StringComparison.Ordinal);
        }

        return site;
    }

    private static string Frame(string folder) => $$"""
        daemon off;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log warn;
        user root;
        worker_processes 1;
        events { worker_connections 256; }
        http {
            access_log off;
            include /etc/nginx/mime.types;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            include {{folder}}/openclaw.conf;
        }
        """;

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {told}");
    }
}

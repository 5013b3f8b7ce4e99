using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A PostgreSQL server of Debian's package, for tests: on loopback, with its data in a temporary folder, stopped at the latest with the process.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private const string Home = "/usr/lib/postgresql";
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-postgres-").FullName;
    private readonly bool _durable;
    private Process? _server;

    private PostgreSqlServer(bool durable)
    {
        (_durable, Port) = (durable, FreePort());
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", _folder);
        Run(Program("initdb"), "-D", Data, "-U", "openclaw", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>Null when a server can be started here; else why not.</summary>
    public static string? MissingBecause { get; } = FindBin() is null ? $"PostgreSQL is not installed ({Home} is not there): apt-get install postgresql, or set OPENCLAW_TEST_POSTGRES to the connection string of a server." : null;

    public int Port { get; }

    /// <summary>Of the database <c>postgres</c>, as superuser.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=openclaw;Database=postgres;Timeout=5";

    private string Data => Path.Combine(_folder, "data");

    /// <param name="durable">Commits wait for the disk; off, tests are faster.</param>
    public static PostgreSqlServer Start(bool durable = false)
    {
        var server = new PostgreSqlServer(durable);
        server.Start();
        return server;
    }

    /// <summary>Starts it (again), on the same port, and returns when it takes connections.</summary>
    public void Start()
    {
        var info = Command(
            Program("postgres"), "-D", Data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", $"unix_socket_directories={Data}", "-c", "max_connections=250",
            "-c", $"fsync={(_durable ? "on" : "off")}", "-c", $"full_page_writes={(_durable ? "on" : "off")}", "-c", "autovacuum_naptime=10s", "-c", "log_destination=stderr");
        info.RedirectStandardError = info.RedirectStandardOutput = true;
        _server = Process.Start(info)!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        var until = TimeProvider.System.GetTimestamp();
        while (!Answers())
        {
            if (_server.HasExited || TimeProvider.System.GetElapsedTime(until) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException("The PostgreSQL server of the tests did not start.");
        }
    }

    /// <summary>Stops it: <c>fast</c> cuts connections and rolls back; <c>immediate</c> is as if the machine had lost its power.</summary>
    public void Stop(string mode = "fast")
    {
        if (_server is null) return;
        Run(Program("pg_ctl"), "-D", Data, "-m", mode, "-w", "stop");
        _server.WaitForExit();
        _server.Dispose();
        _server = null;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Stop("immediate");
        Directory.Delete(_folder, recursive: true);
    }

    private static string? FindBin() =>
        !Directory.Exists(Home) ? null : Directory.EnumerateDirectories(Home).Select(v => Path.Combine(v, "bin")).Where(b => File.Exists(Path.Combine(b, "initdb"))).MaxBy(b => int.TryParse(Path.GetFileName(Path.GetDirectoryName(b)), System.Globalization.CultureInfo.InvariantCulture, out var v) ? v : 0);

    private static string Program(string name) => Path.Combine(FindBin()!, name);

    /// <summary>As root as the user postgres: the server refuses to be run by root.</summary>
    private static ProcessStartInfo Command(string program, params IReadOnlyList<string> arguments) => Environment.IsPrivilegedProcess && program != "chown"
        ? new("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]) { WorkingDirectory = "/" }
        : new(program, arguments);

    private static void Run(string program, params IReadOnlyList<string> arguments)
    {
        var info = Command(program, arguments);
        info.RedirectStandardOutput = info.RedirectStandardError = true;
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed: {error.Result}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private bool Answers()
    {
        try
        {
            using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            _server!.WaitForExit(50);
            return false;
        }
    }

    /// <summary>The runner does not wait until a server has ended and some thousand files are removed: a process of its own does both.</summary>
    private void OnExit(object? sender, EventArgs e)
    {
        var stop = Command(Program("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        using var last = Process.Start("sh", ["-c", $"{stop.FileName} {string.Join(' ', stop.ArgumentList)} >/dev/null 2>&1; rm -rf {_folder}"]);
    }
}

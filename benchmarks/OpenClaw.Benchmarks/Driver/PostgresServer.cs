using System.Diagnostics;
using System.Globalization;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>A PostgreSQL of the run's own, as Debian packs it (<c>.ci/postgres</c>): durable like any other, unless its settings say otherwise.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _port;
    private readonly IReadOnlyList<string> _settings;

    private PostgresServer(string folder, int port, IReadOnlyList<string> settings) => (_folder, _port, _settings) = (folder, port, settings);

    /// <summary>Whether this machine has one.</summary>
    public static bool IsHere => Script is not null && Directory.Exists("/usr/lib/postgresql");

    /// <summary>For <c>ConnectionStrings:Gateway</c>.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database=openclaw;Username=openclaw;Password=openclaw");

    /// <summary>What makes the product use it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Database__Provider"] = "PostgreSql",
        ["ConnectionStrings__Gateway"] = ConnectionString,
    };

    /// <summary>Makes one with an empty database.</summary>
    /// <param name="settings">Settings of the server, as in <c>fsync=off</c>.</param>
    public static async Task<PostgresServer> StartAsync(params IReadOnlyList<string> settings)
    {
        PostgresServer server = new(Directory.CreateTempSubdirectory("openclaw-postgres-").FullName, ServerProcess.FreeAddress().Port, settings);
        await server.StartAgainAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Starts what was stopped or killed, with what it had.</summary>
    public async Task StartAgainAsync() => await RunAsync(["start", _folder, Text(_port), Text(System.Environment.ProcessId), .. _settings]).ConfigureAwait(false);

    /// <summary>SIGKILL to all of its processes.</summary>
    public async Task KillAsync() => await RunAsync(["kill", _folder]).ConfigureAwait(false);

    /// <summary>Ends it in order.</summary>
    public async Task StopAsync() => await RunAsync(["stop", _folder]).ConfigureAwait(false);

    /// <summary>User and system time of all of its processes so far, in microseconds.</summary>
    public double CpuMicroseconds()
    {
        var server = int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        return ProcessFigures.CpuMicrosecondsWithChildren(server);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Script
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
            return folder is null ? null : Path.Combine(folder.FullName, ".ci", "postgres");
        }
    }

    private static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(Script!, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var told = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', arguments)}: {told}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using OpenClaw.Benchmarks.Baselines;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Benchmarks.Probe;

namespace OpenClaw.Benchmarks.Measures;

/// <summary>How long and how often a run measures.</summary>
internal sealed record BenchOptions
{
    /// <summary>Interleaved rounds; the table shows medians.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Time of one load in a round.</summary>
    public TimeSpan Load { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long each server is kept at saturation before the first round.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Smaller amounts everywhere: a check that the product did not get slow, not a figure to publish.</summary>
    public bool Quick { get; init; }

    /// <summary>WebSocket sessions of the loads.</summary>
    public int Sessions { get; init; } = 1000;
}

/// <summary>What every measure needs: options, the log, and servers that end with the run.</summary>
internal sealed class Bench(BenchOptions options, TextWriter log, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly List<string> _folders = [];

    public BenchOptions Options { get; } = options;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Writes a line to the log.</summary>
    public void Say(FormattableString line) => log.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A data directory that is removed at the end of the run.</summary>
    public string NewFolder()
    {
        var folder = ProductFiles.NewDataDirectory();
        _folders.Add(folder);
        return folder;
    }

    /// <summary>The bare Kestrel echo, in a process like the product's.</summary>
    public async Task<(ServerProcess Server, LoadTarget Target, MemoryProbe Probe)> StartEchoAsync()
    {
        MemoryProbe probe = new(NewFolder());
        var server = await StartOwnAsync(EchoServer.Verb, probe.Environment);
        return (server, new LoadTarget { Server = server.Address, Path = EchoServer.Path, IsEcho = true }, probe);
    }

    /// <summary>A model that streams, behind an OpenAI-compatible API.</summary>
    public Task<ServerProcess> StartModelAsync() => StartOwnAsync(ModelServer.Verb, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Node with ws and an EventEmitter; null where it cannot be had.</summary>
    public async Task<(ServerProcess Server, LoadTarget Target)?> TryStartNodeAsync()
    {
        var server = await NodeBaseline.TryStartAsync(log, Cancellation);
        if (server is null) return null;
        _servers.Add(server);
        return (server, new LoadTarget { Server = server.Address, Path = "/", IsEcho = true });
    }

    /// <summary>The product with a WebSocket channel of an echo agent.</summary>
    public async Task<(GatewayProcess Gateway, LoadTarget Target, MemoryProbe Probe)> StartGatewayAsync(string? folder = null, int echoDelayMs = 0, PostgresServer? database = null)
    {
        MemoryProbe probe = new(NewFolder());
        IEnumerable<KeyValuePair<string, string>> environment = database is null ? probe.Environment : probe.Environment.Concat(database.Environment);
        var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = folder ?? NewFolder(), Environment = environment.ToDictionary(StringComparer.Ordinal) }, Cancellation);
        _servers.Add(gateway);
        var agent = await gateway.Api.CreateEchoAgentAsync($"Echo {echoDelayMs} {gateway.Id}", echoDelayMs);
        var channel = await gateway.Api.CreateSocketChannelAsync($"Load {gateway.Id}", agent);
        return (gateway, new LoadTarget { Server = gateway.Address, Path = $"/channels/{channel}/socket" }, probe);
    }

    /// <summary>A verb of this program, as a process that serves.</summary>
    private async Task<ServerProcess> StartOwnAsync(string verb, IReadOnlyDictionary<string, string> environment)
    {
        var address = ServerProcess.FreeAddress();
        ProcessStartInfo start = new("dotnet");
        start.ArgumentList.Add(typeof(Bench).Assembly.Location);
        start.ArgumentList.Add(verb);
        start.ArgumentList.Add($"http://{address}");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var server = await ServerProcess.StartAsync(start, address, Cancellation);
        _servers.Add(server);
        return server;
    }

    /// <summary>Ends a server before the run does.</summary>
    public async Task EndAsync(ServerProcess server)
    {
        _servers.Remove(server);
        await server.DisposeAsync();
    }

    /// <summary>Also ends whatever a measure left running.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return double.NaN;
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>A part of the run that can be chosen by name.</summary>
internal sealed record Measure(string Name, string What, Func<Bench, Task<IReadOnlyList<Row>>> RunAsync)
{
    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        new("throughput", "closed loop against echo and Node: messages/s, CPU and allocation per message", Throughput.RunAsync),
        new("databases", "the same two loads on PostgreSQL beside SQLite, with the database server's CPU", Databases.RunAsync),
        new("latency", "open loop at 5,000 messages/s against echo", Latency.RunAsync),
        new("fairness", "a quiet tenant's latency beside another's flood", Fairness.RunAsync),
        new("sessions", "managed memory per active session", SessionMemory.RunAsync),
        new("idle", "resident memory per idle WebSocket against echo", IdleSockets.RunAsync),
        new("channels", "memory of 200 connected Telegram and 200 Discord channels, against the fakes", ChannelMemory.RunAsync),
        new("stored", "closed loop on a full database against an empty one", StoredRows.RunAsync),
        new("archiving", "100,000 sessions to the archive, beside load and with kills", Archiving.RunAsync),
        new("replays", "100,000 dead letters replayed, beside load and alone", Replays.RunAsync),
        new("recovery", "kill -9 with unfinished messages, then until all are answered", Recovery.RunAsync),
        new("start", "process start to the first accepted message", ColdStart.RunAsync),
        new("mime", "the parser of mails: MB/s against SHA-256, allocation, memory for a 25 MB file, in this process", MailReading.RunAsync),
        new("mails", "10,000 mails of 20 KB, and one with a file of 25 MB, from a real Dovecot: rate and memory", MailArrival.RunAsync),
        new("streams", "answers token by token from an OpenAI-compatible server: the first one's delay, 1,000 at once", Streams.RunAsync),
        new("balance", "a pool of four replicas, one slow, one dying: latency and shares by strategy", Balance.RunAsync),
        new("intents", "three sets of example sentences learned and recognised, in this process", IntentSpeed.RunAsync),
        new("routing", "a decision over 5,000 rules against a naive loop, in this process", RoutingSpeed.RunAsync),
    ];
}

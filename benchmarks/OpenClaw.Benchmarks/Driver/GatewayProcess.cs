using System.Diagnostics;
using System.Net;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>How the product is started.</summary>
internal sealed record GatewayStart
{
    /// <summary><c>Data:Directory</c>; a restart names the same one again.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where it listens; null = a free port.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>More configuration, as environment variables (<c>Limits__IngressQueue</c>).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A program and its arguments that run the product under them, as in <c>strace -c</c>.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];
}

/// <summary>The product as its users run it: the built <c>OpenClaw.Portal.dll</c> in a process of its own, without a browser set up.</summary>
internal sealed class GatewayProcess : ServerProcess
{
    /// <summary>The API key of the first tenant that every such process has.</summary>
    public const string ApiKey = "ock_benchmarks-and-end-to-end-tests-0123456789";

    private GatewayProcess(ProcessStartInfo start, IPEndPoint address, string dataDirectory) : base(start, address) =>
        (DataDirectory, Api) = (dataDirectory, new GatewayApi(address));

    /// <summary><c>Data:Directory</c>.</summary>
    public string DataDirectory { get; }

    /// <summary>The management API.</summary>
    public GatewayApi Api { get; }

    /// <summary>Starts it and waits until <c>/healthz/ready</c> says so.</summary>
    public static async Task<GatewayProcess> StartAsync(GatewayStart options, CancellationToken cancellationToken)
    {
        var gateway = Launch(options);
        try
        {
            await gateway.WaitAsync(gateway.Api.IsReadyAsync, TimeSpan.FromSeconds(60), cancellationToken).ConfigureAwait(false);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts it and does not wait.</summary>
    public static GatewayProcess Launch(GatewayStart options)
    {
        var address = options.Address ?? FreeAddress();
        return new GatewayProcess(Describe(options, address, []), address, options.DataDirectory);
    }

    /// <summary>Runs a verb of the same executable (<c>backup</c>) to its end; gives exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunVerbAsync(GatewayStart options, IReadOnlyList<string> verb, TimeSpan atMost)
    {
        var address = FreeAddress();
        await using var run = new VerbProcess(Describe(options, address, verb), address);
        return (await run.WaitForExitAsync(atMost).ConfigureAwait(false), run.Output);
    }

    private static ProcessStartInfo Describe(GatewayStart options, IPEndPoint address, IReadOnlyList<string> arguments)
    {
        var dll = ProductFiles.PortalDll;
        IReadOnlyList<string> command = [.. options.Wrapper, "dotnet", dll, .. arguments];
        ProcessStartInfo start = new(command[0]) { WorkingDirectory = Path.GetDirectoryName(dll)! };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        start.Environment["Urls"] = $"http://{address}";
        start.Environment["Data__Directory"] = options.DataDirectory;
        start.Environment["Bootstrap__AdminEmail"] = "owner@example.com";
        start.Environment["Bootstrap__AdminPassword"] = "Correct-horse-7-battery";
        start.Environment["Bootstrap__ApiKey"] = ApiKey;
        start.Environment["Security__PrivateHosts__0"] = "*";
        start.Environment["Limits__ConnectionsPerAddress"] = "100000";
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;
        return start;
    }

    private sealed class VerbProcess(ProcessStartInfo start, IPEndPoint address) : ServerProcess(start, address);
}

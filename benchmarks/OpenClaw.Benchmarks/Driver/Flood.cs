using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// A closed loop in a process of its own, as a flooding tenant's clients are not those of another: what its driver spends on the flood must not hold up
/// the answers whose latency is measured.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    /// <summary>The verb of the benchmark that starts it.</summary>
    public const string Verb = "flood";

    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(1);
    private readonly Process _process;

    private Flood(Process process) => _process = process;

    /// <summary>Begins, and waits until it is at its height.</summary>
    public static async Task<Flood> StartAsync(LoadTarget target, int sessions, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(Flood).Assembly.Location, Verb, $"{target.Server}", target.Path, target.IsEcho ? "echo" : "gateway", sessions.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        Flood flood = new(Process.Start(start)!);
        if (await flood._process.StandardOutput.ReadLineAsync(cancellationToken) != "connected") throw new InvalidOperationException("The flood could not connect.");
        await Task.Delay(Ramp, TimeProvider.System, cancellationToken);
        return flood;
    }

    /// <summary>Ends it: how many messages a second were answered.</summary>
    public async Task<double> EndAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        var told = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return double.Parse(told ?? throw new InvalidDataException("The flood ended without a word."), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>The flood itself: until standard input ends.</summary>
    public static async Task RunAsync(IReadOnlyList<string> args)
    {
        LoadTarget target = new() { Server = IPEndPoint.Parse(args[0]), Path = args[1], IsEcho = args[2] == "echo" };
        using var client = await LoadClient.ConnectAsync(target, int.Parse(args[3], CultureInfo.InvariantCulture), CancellationToken.None);
        Console.WriteLine("connected");
        ClosedLoop loop = new(client);
        var started = Stopwatch.GetTimestamp();
        loop.Start();
        await Console.In.ReadToEndAsync();
        loop.Stop();
        var rate = client.Tally.Replied / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await client.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        if (client.Tally.Faults() is { Length: > 0 } faults || !client.Tally.Errors.IsEmpty) throw new InvalidDataException($"flood: {client.Tally.Faults()}, errors {string.Join(", ", client.Tally.Errors)}");
        Console.WriteLine(rate.ToString(CultureInfo.InvariantCulture));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// A server as a process and process group of its own: killed as a whole, its output kept. The program is started through
/// <c>setsid</c>, which keeps the process id, so nothing of it can outlive <see cref="DisposeAsync"/>.
/// </summary>
internal class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 2000;
    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    protected ServerProcess(ProcessStartInfo start, IPEndPoint address)
    {
        Address = address;
        Process process = new() { StartInfo = InOwnGroup(start) };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        StartedAt = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The process that was started (under strace: strace).</summary>
    public int Id => _process.Id;

    /// <summary>When it was started (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public long StartedAt { get; }

    /// <summary>True once it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of its output, standard error included.</summary>
    public string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    /// <summary>
    /// A port that is free now on loopback, below the range from which the system takes client ports: while a server is down
    /// its reconnecting clients can neither take its port nor connect to themselves.
    /// </summary>
    public static IPEndPoint FreeAddress()
    {
        for (; ; )
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            IPEndPoint address = new(IPAddress.Loopback, RandomNumberGenerator.GetInt32(10_000, 32_000));
            try
            {
                socket.Bind(address);
                return address;
            }
            catch (SocketException)
            {
                continue;
            }
        }
    }

    /// <summary>Starts a program that listens on that address, and waits until it accepts connections.</summary>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start, IPEndPoint address, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(start, address);
        await server.WaitAsync(server.AcceptsAsync, TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
        return server;
    }

    /// <summary>SIGKILL to the whole group, and waits for the end.</summary>
    public async Task KillAsync()
    {
        Native.SignalGroup(Id, Native.SigKill);
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>SIGTERM, as a service manager stops it; SIGKILL when it has not ended after that time.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan atMost)
    {
        Native.SignalGroup(Id, Native.SigTerm);
        using var late = new CancellationTokenSource(atMost, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
        }
        return ExitCode;
    }

    /// <summary>Waits for the end without a signal.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan atMost)
    {
        await _process.WaitForExitAsync().WaitAsync(atMost, TimeProvider.System).ConfigureAwait(false);
        return ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited) await KillAsync().ConfigureAwait(false);
        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks again and again, at short intervals; throws with the output when the process ends or the time is over.</summary>
    protected async Task WaitAsync(Func<CancellationToken, Task<bool>> isReady, TimeSpan atMost, CancellationToken cancellationToken)
    {
        while (!await isReady(cancellationToken).ConfigureAwait(false))
        {
            if (HasExited) throw new InvalidOperationException($"The server ended with {ExitCode}:\n{Output}");
            if (Stopwatch.GetElapsedTime(StartedAt) > atMost)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The server is not ready after {atMost.TotalSeconds} s:\n{Output}"));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ProcessStartInfo InOwnGroup(ProcessStartInfo start)
    {
        ProcessStartInfo own = new("setsid") { UseShellExecute = false, WorkingDirectory = start.WorkingDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        own.ArgumentList.Add(start.FileName);
        foreach (var argument in start.ArgumentList) own.ArgumentList.Add(argument);
        foreach (var name in own.Environment.Keys.Where(IsOurs).ToList()) own.Environment.Remove(name);
        foreach (var (name, value) in start.Environment.Where(e => !IsOurs(e.Key))) own.Environment[name] = value;
        return own;
    }

    /// <summary>Settings of this process's own runtime and host, which a server must not inherit.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("DOTNET_SYSTEM_NET_SOCKETS_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "VSTEST_HOST_DEBUG" or "COREHOST_TRACE";

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines) _lines.Dequeue();
        }
    }
}

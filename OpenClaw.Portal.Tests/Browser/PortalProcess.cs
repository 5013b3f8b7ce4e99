using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>The built product as a process of its own, in Production, on a free port, with an empty data directory.</summary>
internal sealed class PortalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-portal-").FullName;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _read = new(0);
    private readonly Process _process;

    private PortalProcess(string address, string[] arguments)
    {
        Address = address;
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Assembly, "--Urls", address, "--Data:Directory", Data, .. arguments]) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || k.StartsWith("DOTNET_ENV", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, error: true);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; }

    public string Data => Path.Combine(_folder, "data");

    /// <summary>What it wrote, both streams.</summary>
    public string Output => string.Join('\n', _lines);

    public ConcurrentQueue<string> Errors { get; } = new();

    private static string Assembly
    {
        get
        {
            // …/OpenClaw.Portal.Tests/bin/{configuration}/{framework}/ → …/OpenClaw.Portal/bin/{configuration}/{framework}/
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            var root = own.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "OpenClaw.Portal", "bin", own.Parent.Name, own.Name, "OpenClaw.Portal.dll");
        }
    }

    public static async Task<PortalProcess> StartAsync(params string[] arguments)
    {
        var portal = new PortalProcess($"http://localhost:{FreePort()}", arguments);
        try
        {
            await portal.WaitForAsync("Application started");
            return portal;
        }
        catch
        {
            // one that did not come up in time must not outlive the test
            await portal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what is expected to stop by itself.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Errors, string Output)> RunAsync(params string[] arguments)
    {
        await using var portal = new PortalProcess($"http://localhost:{FreePort()}", arguments);
        using var patience = new CancellationTokenSource(Patience);
        await portal._process.WaitForExitAsync(patience.Token);
        return (portal._process.ExitCode, [.. portal.Errors], portal.Output);
    }

    /// <summary>The first line with that text.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_lines.FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal)) is { } line) return line;
            if (_process.HasExited) throw new InvalidOperationException($"The portal ended with {_process.ExitCode}:\n{Output}");
            try
            {
                await _read.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"No “{text}” in:\n{Output}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
        PortalLogs.Judge(Output);
    }

    /// <summary>None of those that the kernel gives to whoever connects meanwhile: the process takes seconds until it listens.</summary>
    private static int FreePort() => OpenClaw.Benchmarks.Driver.ServerProcess.FreeAddress().Port;

    private void Take(string? line, bool error = false)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            if (error) Errors.Enqueue(line);
        }

        // also at the end of the stream, so that a waiter sees that the process is gone
        _read.Release();
    }
}

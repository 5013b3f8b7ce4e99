using System.Diagnostics;
using System.Globalization;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Benchmarks.Baselines;

/// <summary>Node with <c>ws</c>, where both can be had; <c>ws</c> is installed once into <c>artifacts/node-baseline</c>.</summary>
internal static class NodeBaseline
{
    private const string Ws = "ws@8";

    /// <summary>Starts it; null, and a line that says why, when Node or ws is not there.</summary>
    public static async Task<ServerProcess?> TryStartAsync(TextWriter log, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(ProductFiles.Root, "artifacts", "node-baseline");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "ws")) && await InstallAsync(folder, cancellationToken) is { } fault)
        {
            await log.WriteLineAsync($"Node baseline skipped: {fault}");
            return null;
        }
        var address = ServerProcess.FreeAddress();
        ProcessStartInfo start = new("node") { WorkingDirectory = folder };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Baselines", "node-echo.js"));
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add(address.Port.ToString(CultureInfo.InvariantCulture));
        return await ServerProcess.StartAsync(start, address, cancellationToken);
    }

    private static async Task<string?> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{\"private\":true}", cancellationToken);
        ProcessStartInfo start = new("npm") { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["install", Ws, "--no-audit", "--no-fund", "--ignore-scripts"]) start.ArgumentList.Add(argument);
        try
        {
            using var npm = Process.Start(start)!;
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(TimeSpan.FromSeconds(60));
            var output = npm.StandardError.ReadToEndAsync(late.Token);
            await npm.StandardOutput.ReadToEndAsync(late.Token);
            await npm.WaitForExitAsync(late.Token);
            return npm.ExitCode == 0 ? null : $"npm install {Ws} ended with {npm.ExitCode}: {(await output).Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "npm is not installed";
        }
    }
}

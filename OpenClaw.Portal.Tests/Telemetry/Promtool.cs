using System.Diagnostics;

namespace OpenClaw.Portal.Tests.Telemetry;

/// <summary>Prometheus' own checker, as Debian installs it.</summary>
internal static class Promtool
{
    public static string Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(p => System.IO.Path.Combine(p, "promtool")).FirstOrDefault(File.Exists) ?? "/usr/bin/promtool";

    /// <summary>Its exit code and what it said.</summary>
    public static async Task<(int Code, string Words)> RunAsync(string folder, string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}

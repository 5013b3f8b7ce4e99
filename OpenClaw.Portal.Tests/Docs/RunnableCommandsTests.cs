using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Portal.Tests.EndToEnd;

namespace OpenClaw.Portal.Tests.Docs;

/// <summary>
/// Commands of the pages on operating do what the pages say: blocks that begin with <c>```sh run</c> are run as they stand, beside a gateway, with
/// <c>openclaw</c> on the path and its address in place of the default one.
/// </summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed partial class RunnableCommandsTests
{
    private const string Default = "http://localhost:5080";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Blocks_ThatSayRun_End()
    {
        using DataFolder data = new();
        using DataFolder home = new();
        await using var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = data.Path }, CancellationToken.None);
        var openclaw = Path.Combine(home.Path, "openclaw");
        await File.WriteAllTextAsync(openclaw, $"#!/bin/sh\nexec dotnet '{ProductFiles.PortalDll}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(openclaw, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var run = 0;
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
        {
            foreach (Match block in Block().Matches(await File.ReadAllTextAsync(page)))
            {
                if (block.Groups["text"].Value.Contains("promtool", StringComparison.Ordinal) && !File.Exists("/usr/bin/promtool")) continue;
                var (exitCode, output) = await RunAsync(block.Groups["text"].Value.Replace(Default, $"http://{gateway.Address}", StringComparison.Ordinal), gateway, home.Path);
                Assert.True(exitCode == 0, $"{Path.GetRelativePath(Root, page)}: exit code {exitCode}\n{block.Value}\n{output}");
                run++;
            }
        }

        Assert.InRange(run, 2, 200);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string commands, GatewayProcess gateway, string home)
    {
        ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", commands]) { UseShellExecute = false, WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = home;
        start.Environment["PATH"] = $"{home}:{start.Environment["PATH"]}";
        start.Environment["Urls"] = $"http://{gateway.Address}";
        start.Environment["Data__Directory"] = gateway.DataDirectory;
        using var process = Process.Start(start)!;
        var told = process.StandardOutput.ReadToEndAsync();
        var faults = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return (process.ExitCode, await told + await faults);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "OpenClaw.sln"))) folder = folder.Parent;
            return folder.FullName;
        }
    }

    [GeneratedRegex(@"^ *```sh run\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}

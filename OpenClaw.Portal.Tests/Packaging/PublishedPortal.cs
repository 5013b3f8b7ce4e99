using System.Diagnostics;
using System.Net;
using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The folder that <c>dotnet publish</c> makes of what was built, as in the image and under <c>/opt/openclaw</c>.</summary>
internal sealed class PublishedPortal : IDisposable
{
    private PublishedPortal(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<PublishedPortal> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-published-").FullName;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var (code, told) = await RunAsync("dotnet", Repository.Root, ["publish", "OpenClaw.Portal", "-c", configuration, "--no-build", "-o", folder, "-v", "q"]);
        Assert.True(code == 0, told);
        File.Copy(Repository.PathOf("packaging/openclaw"), Path.Combine(folder, "openclaw"));
        return new(folder);
    }

    /// <summary>A verb of it, from another working directory.</summary>
    public Task<(int Code, string Told)> RunAsync(params string[] arguments) => RunAsync(Path.Combine(Folder, "openclaw"), Path.GetTempPath(), arguments);

    /// <summary>Starts it with that environment and waits until its own <c>health</c> says that it is ready.</summary>
    public async Task<PublishedProcess> StartAsync(IPEndPoint address, string data, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo start = new(Path.Combine(Folder, "openclaw")) { WorkingDirectory = data };
        start.Environment["Urls"] = $"http://{address}";
        start.Environment["Data__Directory"] = data;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = new PublishedProcess(start, address);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while ((await RunAsync("health", $"http://{address}")).Code != 0)
        {
            Assert.False(process.HasExited, process.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, patience.Token);
        }

        return process;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task<(int Code, string Told)> RunAsync(string program, string at, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = at, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var faults = process.StandardError.ReadToEndAsync();
        var told = await process.StandardOutput.ReadToEndAsync() + await faults;
        await process.WaitForExitAsync();
        return (process.ExitCode, told);
    }
}

/// <summary>One run of it.</summary>
internal sealed class PublishedProcess(ProcessStartInfo start, IPEndPoint address) : ServerProcess(start, address);

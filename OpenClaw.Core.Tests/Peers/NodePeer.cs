using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenClaw.Core.Tests.Peers;

/// <summary>
/// A program of others under Node. It is started with a free port, waited for until its output says that it is there, and killed at the end, with its
/// children; when this process dies, it notices that it has another parent, and ends too.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    /// <summary>What a script of <see cref="StartScriptAsync"/> prints when it is there, with what <see cref="Ready"/> then holds: <c>ready http://127.0.0.1:1234</c>.</summary>
    public const string ReadyMark = "ready ";

    private const string EndWithUs = "data:text/javascript,const us=process.ppid;setInterval(()=>{if(process.ppid!==us)process.exit()},1000).unref()";
    private const int MostOutput = 1_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];
    private readonly List<string> _lines = [];

    private NodePeer(Process process) => _process = process;

    /// <summary>What the script printed after <see cref="ReadyMark"/>; for a program, the line that said that it is there.</summary>
    public string Ready { get; private set; } = "";

    /// <summary>All that it printed, both outputs, for a failing test to show.</summary>
    public string Output
    {
        get
        {
            lock (_lines) return _output.ToString();
        }
    }

    /// <summary>A port on which nobody listens now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// Runs an ES module that the test wrote, which may import the installed packages, and waits until it prints <see cref="ReadyMark"/>. It chooses its port
    /// itself (0). <paramref name="environment"/> is how values get in.
    /// </summary>
    public static Task<NodePeer> StartScriptAsync(string source, params (string Name, string Value)[] environment) =>
        StartAsync(["--input-type=module", "--eval", source], line => line.StartsWith(ReadyMark, StringComparison.Ordinal), environment);

    /// <summary>Runs a file of an installed package (<c>@scope/name/dist/index.js</c>) and waits until it prints a line with <paramref name="readyText"/>.</summary>
    public static Task<NodePeer> StartModuleAsync(string module, IEnumerable<string> arguments, string readyText, params (string Name, string Value)[] environment) =>
        StartAsync([PeerFolder.FileOf(module), .. arguments], line => line.Contains(readyText, StringComparison.Ordinal), environment);

    /// <summary>Runs an ES module that the test wrote to its end and gives what it printed to its standard output. Any exit code but 0 fails the test.</summary>
    public static async Task<string> RunScriptAsync(string source, params (string Name, string Value)[] environment)
    {
        await using var peer = new NodePeer(Create(["--input-type=module", "--eval", source], environment));
        var output = new StringBuilder();
        peer.Begin(line => output.AppendLine(line));
        using var limit = new CancellationTokenSource(Patience);
        await peer._process.WaitForExitAsync(limit.Token);
        Assert.True(peer._process.ExitCode == 0, $"The script ended with {peer._process.ExitCode}:\n{peer.Output}");
        return output.ToString();
    }

    /// <summary>Waits for a line that it has printed, or will.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> wanted)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(l => wanted(l)) is { } line) return line;
            _waiting.Add((wanted, found));
        }

        return await found.Task.WaitAsync(Patience);
    }

    /// <summary>Writes a line to its input.</summary>
    public Task SendLineAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has ended already
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<NodePeer> StartAsync(string[] arguments, Func<string, bool> isReady, (string Name, string Value)[] environment)
    {
        var peer = new NodePeer(Create(arguments, environment));
        try
        {
            peer.Begin();
            var line = await peer.WaitForLineAsync(isReady);
            peer.Ready = line.StartsWith(ReadyMark, StringComparison.Ordinal) ? line[ReadyMark.Length..].Trim() : line;
            return peer;
        }
        catch (Exception e)
        {
            await peer.DisposeAsync();
            throw new InvalidOperationException($"The peer did not start: {e.Message}\n{peer.Output}", e);
        }
    }

    private static Process Create(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(PeerFolder.Node!)
        {
            WorkingDirectory = PeerFolder.Path, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in (string[])["--import", EndWithUs, .. arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new() { StartInfo = start, EnableRaisingEvents = true };
    }

    private void Begin(Action<string>? output = null)
    {
        _process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is not null) output?.Invoke(e.Data);
            Take(e.Data);
        };
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Exited += (_, _) => GiveUp();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            if (_output.Length < MostOutput)
            {
                _output.AppendLine(line);
                _lines.Add(line);
            }

            foreach (var waiter in _waiting.Where(w => w.Wanted(line))) waiter.Found.TrySetResult(line);
        }
    }

    private void GiveUp()
    {
        lock (_lines)
        {
            foreach (var waiter in _waiting) waiter.Found.TrySetException(new InvalidOperationException("it has ended"));
        }
    }
}

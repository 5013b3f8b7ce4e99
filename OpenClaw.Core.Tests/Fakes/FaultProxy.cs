using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// A network that fails as it is told, between a client and a real server; told while it runs. What is set holds for connections that
/// are open and for those to come.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<Link, Task> _links = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _loop;
    private TaskCompletionSource _open = Opened();
    private int _connections;
    private long _upBytes;
    private long _downBytes;

    public FaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _loop = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many connections came.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Bytes that went to the server, over all connections.</summary>
    public long UpBytes => Interlocked.Read(ref _upBytes);

    /// <summary>Bytes that went to the client, over all connections.</summary>
    public long DownBytes => Interlocked.Read(ref _downBytes);

    /// <summary>Each piece is that late.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>In each direction; 0 = as fast as it goes.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Of each connection; when so many bytes went to the client, it is cut.</summary>
    public long? CutAfterDown { get; set; }

    /// <summary>Of each connection; when so many bytes went to the server, it is cut.</summary>
    public long? CutAfterUp { get; set; }

    /// <summary>A cut is a reset (RST) and no orderly end.</summary>
    public bool ByReset { get; set; }

    /// <summary>New connections are reset at once.</summary>
    public bool Refuse { get; set; }

    /// <summary>Connections stay open, and nothing passes any more; until it is set to false.</summary>
    public bool BlackHole
    {
        get => !_open.Task.IsCompleted;
        set
        {
            if (value == BlackHole) return;
            if (value) _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
            else _open.SetResult();
        }
    }

    /// <summary>Ends every connection now.</summary>
    public void Cut()
    {
        foreach (var link in _links.Keys) link.Cut(ByReset);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Cut();
        await _loop;
        await Task.WhenAll(_links.Values);
        _listener.Dispose();
        _over.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_over.Token);
                Interlocked.Increment(ref _connections);
                var link = new Link(this, client);
                if (Refuse) link.Cut(reset: true);
                else _links[link] = ServeAsync(link);
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(Link link)
    {
        await Task.Yield();
        try
        {
            await link.RunAsync(_over.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // cut, by whomever
        }
        finally
        {
            link.Cut(ByReset);
            _links.TryRemove(link, out _);
        }
    }

    private sealed class Link(FaultProxy proxy, Socket client) : IDisposable
    {
        private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private int _cut;

        public async Task RunAsync(CancellationToken over)
        {
            client.NoDelay = true;
            await PassableAsync(over);
            await _server.ConnectAsync(IPAddress.Loopback, proxy._target, over);
            var up = PumpAsync(client, _server, () => proxy.CutAfterUp, n => Interlocked.Add(ref proxy._upBytes, n), over);
            var down = PumpAsync(_server, client, () => proxy.CutAfterDown, n => Interlocked.Add(ref proxy._downBytes, n), over);
            await await Task.WhenAny(up, down);
            await Task.WhenAll(up, down);
        }

        public void Dispose() => Cut(reset: false);

        public void Cut(bool reset)
        {
            if (Interlocked.Exchange(ref _cut, 1) == 1) return;
            if (reset) client.LingerState = new(enable: true, 0);
            client.Dispose();
            _server.Dispose();
        }

        private async Task PumpAsync(Socket from, Socket to, Func<long?> cutAfter, Action<int> count, CancellationToken over)
        {
            var buffer = new byte[16 * 1024];
            long passed = 0;
            while (true)
            {
                var most = proxy.BytesPerSecond is var rate and > 0 ? Math.Clamp(rate / 20, 1, buffer.Length) : buffer.Length;
                var read = await from.ReceiveAsync(buffer.AsMemory(0, most), over);
                await LateAsync(read, over);
                await PassableAsync(over);
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                var rest = cutAfter() is { } limit ? (int)Math.Clamp(limit - passed, 0, read) : read;
                if (rest > 0) await to.SendAsync(buffer.AsMemory(0, rest), over);
                passed += rest;
                count(rest);
                if (rest < read || passed >= cutAfter()) throw new IOException("cut as told");
            }
        }

        private async Task LateAsync(int bytes, CancellationToken over)
        {
            var late = proxy.Latency + (proxy.BytesPerSecond is var rate and > 0 ? TimeSpan.FromSeconds((double)bytes / rate) : TimeSpan.Zero);
            if (late > TimeSpan.Zero) await Task.Delay(late, TimeProvider.System, over);
        }

        private Task PassableAsync(CancellationToken over) => proxy._open.Task.WaitAsync(over);
    }
}

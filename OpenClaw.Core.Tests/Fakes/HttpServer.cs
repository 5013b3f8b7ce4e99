using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A real HTTP server on a free loopback port that does what the test says.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public static async Task<HttpServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Ends when the client has hung up.</summary>
    public static async Task AbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>A TCP server that answers every connection, whatever it is asked, with what the test says, and closes it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private static readonly Socket Nobody = Bound();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;

    public RawServer(Func<NetworkStream, Task> answer)
    {
        _listener.Start();
        _loop = ServeAsync(answer);
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>An address on which nobody listens, nor will: the port stays taken, so that no other test is given it.</summary>
    public static Uri NobodyThere() => new($"http://{Nobody.LocalEndPoint}/");

    /// <summary>Ends when the first connection is done with.</summary>
    public Task ServedAsync() => _served.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _loop;
        _listener.Dispose();
        _over.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task ServeAsync(Func<NetworkStream, Task> answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_over.Token);
                await AnswerAsync(client, answer);
                _served.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private static async Task AnswerAsync(TcpClient client, Func<NetworkStream, Task> answer)
    {
        try
        {
            _ = await client.GetStream().ReadAsync(new byte[65_536]);
            await answer(client.GetStream());
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // the gateway hung up
        }
    }
}

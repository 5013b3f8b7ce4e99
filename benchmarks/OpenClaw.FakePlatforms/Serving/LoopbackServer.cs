using System.Net;
using System.Runtime.InteropServices;

namespace OpenClaw.FakePlatforms.Serving;

/// <summary>A Kestrel server on a loopback port, without the host's configuration, logging and signals.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <param name="port">0: a free one.</param>
    /// <param name="build">Adds the middleware (<c>app.Run</c>, <c>app.UseWebSockets</c>).</param>
    public static async Task<LoopbackServer> StartAsync(int port, Action<WebApplication> build)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, port);
            k.AddServerHeader = false;
            k.Limits.MinResponseDataRate = null;
            k.Limits.MinRequestBodyDataRate = null;
            k.Limits.MaxRequestBodySize = 100 << 20;
        });
        var app = builder.Build();
        build(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Completes on Ctrl+C or SIGTERM.</summary>
    public static async Task UntilStoppedAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await stopped.Task;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

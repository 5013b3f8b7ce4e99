using System.Net;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>
/// HTTP to destinations that tenants name. All tenants share one pool of connections; every connection passes the guard.
/// No redirects, proxy, cookies, decompression or propagated headers: what is sent is what the caller wrote.
/// </summary>
public sealed class OutgoingHttp : IDisposable
{
    private readonly GuardedHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Sets up an empty pool.</summary>
    public OutgoingHttp(OutgoingConnector connector, IPrivateHosts privateHosts)
    {
        _handler = new(connector, privateHosts);
        _invoker = new(_handler, disposeHandler: false);
    }

    /// <summary>
    /// Sends and returns when the headers are there; the body streams. No time-out of its own beyond 10 s for connecting.
    /// A refusal is found by <see cref="DestinationForbiddenException.In"/>.
    /// </summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    /// <summary>A client over the same pool, for libraries that want one. Disposing it leaves the pool alone.</summary>
    public HttpClient CreateClient() => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc />
    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    /// <summary>Begins a new pool when the list of private hosts changed: what it no longer opens is not reached by an open connection.</summary>
    private sealed class GuardedHandler(OutgoingConnector connector, IPrivateHosts privateHosts) : HttpMessageHandler
    {
        private readonly Lock _lock = new();
        private Pool? _pool;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Current().Invoker.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing) _pool?.Invoker.Dispose();
            base.Dispose(disposing);
        }

        private Pool Current()
        {
            var list = privateHosts.Current;
            if (Volatile.Read(ref _pool) is { } pool && ReferenceEquals(pool.List, list)) return pool;
            lock (_lock)
            {
                if (_pool is { } other && ReferenceEquals(other.List, list)) return other;
                // the old pool is not disposed, as a call may just be taking it: its connections end by their idle time
                Volatile.Write(ref _pool, new(list, new(Create(), disposeHandler: true)));
                return _pool!;
            }
        }

        private SocketsHttpHandler Create() => new()
        {
            ConnectCallback = async (context, token) => await connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, token).ConfigureAwait(false),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            MaxConnectionsPerServer = 4_096, // each bot that polls holds one to the same server
            MaxResponseDrainSize = 16 * 1024, // an answer that was cut off is not read to its end just to save the connection
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null, // no headers, and no spans either: addresses may hold credentials, as a bot's token
        };
    }

    private sealed record Pool(PrivateHostList List, HttpMessageInvoker Invoker);
}

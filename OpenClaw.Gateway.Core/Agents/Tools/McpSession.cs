using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>One session with a server of tools, as long as both sides remember it.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private McpClient _client = null!;
    private HttpClientTransport _transport = null!;
    private Task<IReadOnlyList<Tool>>? _tools;
    private volatile bool _lost;
    private volatile bool _refused;

    private McpSession(TimeProvider time) => _time = time;

    /// <summary>Nobody can use it any more.</summary>
    public bool IsOver => _lost || _client.Completion.IsCompleted;

    /// <summary>The server has refused something that was sent in this session with a status by which servers say that they do not know it.</summary>
    public bool WasRefused => _refused;

    /// <summary>Connects and greets.</summary>
    public static async Task<McpSession> OpenAsync(McpServerSetting server, string? token, OutgoingHttp http, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new McpSession(time);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (token is not null) headers["Authorization"] = "Bearer " + token;
        session._transport = new(
            new HttpClientTransportOptions { Endpoint = server.Url, Name = server.Name, TransportMode = HttpTransportMode.StreamableHttp, AdditionalHeaders = headers, ConnectionTimeout = ToolLimits.Connect, MaxReconnectionAttempts = 2 },
            new HttpClient(new SessionWatch(new BoundedHandler(http, ToolLimits.ResponseBytes), () => session._refused = true)) { Timeout = Timeout.InfiniteTimeSpan },
            loggerFactory: null,
            ownsHttpClient: true);
        try
        {
            session._client = await McpClient.CreateAsync(session._transport, session.Options(), loggerFactory: null, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session._transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The server's tools; asked for once, and again when it says that they have changed.</summary>
    public Task<IReadOnlyList<Tool>> ToolsAsync()
    {
        lock (_lock)
        {
            if (_tools is null or { IsFaulted: true } or { IsCanceled: true }) _tools = ListAsync();
            return _tools;
        }
    }

    public ValueTask<CallToolResult> CallAsync(CallToolRequestParams call, CancellationToken cancellationToken) => _client.CallToolAsync(call, cancellationToken);

    /// <summary>The server does not know it any more.</summary>
    public void Lose() => _lost = true;

    public async ValueTask DisposeAsync()
    {
        _lost = true;
        try
        {
            await CloseAsync().WaitAsync(Farewell, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or McpException or OperationCanceledException or TimeoutException)
        {
            // the server was told to forget it, or cannot be told
        }
    }

    private async Task CloseAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private McpClientOptions Options() => new()
    {
        ClientInfo = new() { Name = "OpenClaw-Gateway", Version = typeof(McpSession).Assembly.GetName().Version?.ToString(3) ?? "1" },
        InitializationTimeout = ToolLimits.Connect,
        DiscoverProbeTimeout = ToolLimits.Connect / 3,
        Handlers = new() { NotificationHandlers = [new(NotificationMethods.ToolListChangedNotification, (_, _) => Forget())] },
    };

    private ValueTask Forget()
    {
        lock (_lock) _tools = null;
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<Tool>> ListAsync()
    {
        using var limit = new CancellationTokenSource(ToolLimits.Connect, _time);
        var tools = await _client.ListToolsAsync(new RequestOptions(), limit.Token).ConfigureAwait(false);
        return [.. tools.Select(t => t.ProtocolTool)];
    }
}

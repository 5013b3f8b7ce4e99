using System.Globalization;
using System.Net;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>
/// A server of tools as an agent uses it: one session for all conversations, opened when it is first needed, again when the server has forgotten it, closed when
/// nobody used it for a while. A server that cannot be reached is left alone for some seconds.
/// </summary>
internal sealed class McpConnection : IAsyncDisposable
{
    /// <summary>How servers say in JSON-RPC that they do not know a session.</summary>
    private static readonly string[] SessionWords = ["session id", "session not found", "unknown session", "invalid session", "session has expired", "server not initialized"];

    private readonly McpServerSetting _server;
    private readonly string? _token;
    private readonly OutgoingHttp _http;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly ITimer _idle;
    private Task<McpSession>? _session;
    private string? _fault;
    private long _failedAt;
    private int _users;
    private bool _closed;

    public McpConnection(McpServerSetting server, string? token, OutgoingHttp http, TimeProvider time)
    {
        (_server, _token, _http, _time) = (server, token, http, time);
        _idle = time.CreateTimer(static self => ((McpConnection)self!).Rest(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nothing is open, and nobody uses it.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _users == 0 && _session is null;
        }
    }

    /// <summary>The tools that may be used. Throws <see cref="ToolServerException"/> when the server cannot be used.</summary>
    public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellationToken) => UseAsync(
        async (session, token) =>
        {
            var tools = await session.ToolsAsync().WaitAsync(token).ConfigureAwait(false);
            return _server.Tools is { } allowed ? [.. tools.Where(t => allowed.Contains(t.Name, StringComparer.Ordinal))] : tools;
        },
        cancellationToken);

    /// <summary>Calls a tool. Throws <see cref="ToolServerException"/> when the server cannot be used, or does not answer in time.</summary>
    public ValueTask<CallToolResult> CallAsync(string tool, IDictionary<string, JsonElement> arguments, CancellationToken cancellationToken) => UseAsync(
        async (session, token) =>
        {
            using var limit = new CancellationTokenSource(ToolLimits.Call, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
            try
            {
                return await session.CallAsync(new() { Name = tool, Arguments = arguments }, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
            {
                throw new ToolServerException(string.Create(CultureInfo.InvariantCulture, $"The tool has not answered within {ToolLimits.Call.TotalSeconds:0} s."), e);
            }
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Task<McpSession>? open;
        lock (_lock)
        {
            _closed = true;
            (open, _session) = (_session, null);
        }

        await _idle.DisposeAsync().ConfigureAwait(false);
        await CloseAsync(open).ConfigureAwait(false);
    }

    private async ValueTask<T> UseAsync<T>(Func<McpSession, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        lock (_lock) _users++;
        try
        {
            var again = false;
            while (true)
            {
                var opening = Open();
                var session = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    return await use(session, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (!again && IsForgotten(e, session))
                {
                    // nothing was done by the server: the same once more in a new session
                    again = true;
                    Drop(opening, session);
                }
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or ToolServerException) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ToolServerException(Words(e), e);
        }
        finally
        {
            lock (_lock)
            {
                if (--_users == 0 && !_closed) _idle.Change(ToolLimits.Idle, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private Task<McpSession> Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_session is { IsCompletedSuccessfully: true } open && open.Result.IsOver) _session = null;
            if (_session is not null) return _session;
            if (_fault is { } fault && _time.GetElapsedTime(_failedAt) < ToolLimits.Rest) throw new ToolServerException(fault);
            return _session = OpenAsync();
        }
    }

    /// <summary>Not by the caller's token: others wait for it too.</summary>
    private async Task<McpSession> OpenAsync()
    {
        await Task.Yield(); // out of the lock
        try
        {
            using var limit = new CancellationTokenSource(ToolLimits.Connect, _time);
            var session = await McpSession.OpenAsync(_server, _token, _http, _time, limit.Token).ConfigureAwait(false);
            lock (_lock) _fault = null;
            return session;
        }
        catch (Exception e)
        {
            lock (_lock) (_fault, _failedAt, _session) = (Words(e), _time.GetTimestamp(), null);
            throw new ToolServerException(Words(e), e);
        }
    }

    private void Drop(Task<McpSession> opening, McpSession session)
    {
        session.Lose();
        lock (_lock)
        {
            if (ReferenceEquals(_session, opening)) _session = null;
        }

        _ = CloseAsync(opening);
    }

    /// <summary>Closes the session, if nobody uses it; the next use opens another.</summary>
    public void Rest()
    {
        Task<McpSession>? open;
        lock (_lock)
        {
            if (_users > 0) return;
            (open, _session) = (_session, null);
        }

        _ = CloseAsync(open);
    }

    private static async Task CloseAsync(Task<McpSession>? opening)
    {
        if (opening is null) return;
        try
        {
            await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (ToolServerException)
        {
            // it never was open
        }
    }

    /// <summary>
    /// The server does not know the session: 404 (the protocol), 400 or words (some servers), or the session was closed meanwhile. It has not done anything then.
    /// </summary>
    private static bool IsForgotten(Exception e, McpSession session)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Gone }) return true;
            if (inner is McpException && session.WasRefused) return true;
            if (inner is McpException && SessionWords.Any(w => inner.Message.Contains(w, StringComparison.OrdinalIgnoreCase))) return true;
        }

        // a connection that broke within a call is another matter: the server may have done it
        return session.IsOver && e is ObjectDisposedException;
    }

    private string Words(Exception e)
    {
        if (e is ToolServerException) return e.Message;
        if (DestinationForbiddenException.In(e) is { } forbidden) return forbidden.Message;
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refused)
                return string.Create(CultureInfo.InvariantCulture, $"The server refused the token (HTTP {(int)refused.StatusCode!}). Enter it anew (secret {_server.Secret}).");
        }

        return e switch
        {
            OperationCanceledException or TimeoutException => string.Create(CultureInfo.InvariantCulture, $"The server has not answered within {ToolLimits.Connect.TotalSeconds:0} s."),
            McpException => Excerpt.Short(e.Message),
            _ => Excerpt.Short(ConnectionFailures.Reasons(e)),
        };
    }
}

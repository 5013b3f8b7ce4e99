using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

using WebSocket = System.Net.WebSockets.WebSocket;

/// <summary>
/// One connection of one shard to the gateway, from HELLO to its end. It lives by acknowledged heartbeats: one that is not acknowledged before the next is due
/// means that the socket is dead, whatever it says. Reads on one task, beats by one timer; neither waits for what becomes of an event.
/// </summary>
internal sealed partial class GatewayConnection : IAsyncDisposable
{
    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromMilliseconds(41_250);

    private readonly WebSocket _socket;
    private readonly GatewayLogin _login;
    private readonly IGatewayEvents _events;
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private readonly ILogger _logger;
    private readonly SendLimit _limit;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lock = new();

    private GatewaySession? _session;
    private long? _sequence;
    private TimeSpan? _interval;
    private bool _acknowledged = true;
    private bool _live;
    private GatewayEnd? _end;
    private Task _closing = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;

    /// <summary>Takes over an open socket.</summary>
    /// <param name="socket">The socket; disposed with this.</param>
    /// <param name="login">Who it is.</param>
    /// <param name="session">What is resumed; null = a new session.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="chance">0 to 1.</param>
    /// <param name="logger">Never told the token or an event's content.</param>
    public GatewayConnection(WebSocket socket, GatewayLogin login, GatewaySession? session, IGatewayEvents events, TimeProvider time, Func<double> chance, ILogger logger)
    {
        (_socket, _login, _session, _events, _time, _chance, _logger) = (socket, login, session, events, time, chance, logger);
        _sequence = session?.Sequence;
        _limit = new(time);
        _timer = time.CreateTimer(static connection => ((GatewayConnection)connection!).OnTimer(), this, HelloWithin, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What can be resumed after it; null = nothing.</summary>
    public GatewaySession? Session
    {
        get
        {
            lock (_lock) return _session is null ? null : _session with { Sequence = _sequence ?? _session.Sequence };
        }
    }

    /// <summary>Frames that were no JSON, too large, or of an unknown operation.</summary>
    public long Ignored { get; private set; }

    /// <summary>The address of a gateway with what this client speaks.</summary>
    public static Uri Address(Uri url) => new UriBuilder(url) { Query = "v=10&encoding=json" }.Uri;

    /// <summary>Reads until the end. Never throws for what the other side does.</summary>
    public async Task<GatewayEnd> RunAsync(CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.Register(() => End(new(GatewayNext.Stop, "The channel was asked to stop")));
        using var frames = new FrameReader(_socket, type => type is "READY" or "RESUMED" || _events.Needs(type));
        try
        {
            while (true)
            {
                var frame = await frames.ReadAsync(_over.Token).ConfigureAwait(false);
                if (frame.Kind == FrameKind.Closed) return Ended(CloseCodes.Of((int?)_socket.CloseStatus));
                await TakeAsync(frame).ConfigureAwait(false);
                if (Volatile.Read(ref _end) is not null) return Ended(null);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return Ended(CloseCodes.Of((int?)_socket.CloseStatus));
        }
    }

    /// <summary>Closes with a code that keeps the session, and lets go of the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new(GatewayNext.Stop, "The connection was closed"));
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _closing.ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _socket.Dispose();
        _over.Dispose();
        _writing.Dispose();
    }

    private GatewayEnd Ended(GatewayEnd? otherwise)
    {
        var end = Volatile.Read(ref _end) ?? otherwise!;
        return end with { WasLive = _live };
    }

    /// <summary>Begins the end; the first reason stays.</summary>
    private void End(GatewayEnd end)
    {
        lock (_lock)
        {
            if (_end is not null) return;
            Volatile.Write(ref _end, end);
            _closing = CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(CloseWithin, _time);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _writing.WaitAsync(limit.Token).ConfigureAwait(false);
                try
                {
                    await _socket.CloseOutputAsync((WebSocketCloseStatus)CloseCodes.Ours, "", limit.Token).ConfigureAwait(false);
                }
                finally
                {
                    _writing.Release();
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            LogNotClosed(_login.Shard, e.Message);
        }

        await _over.CancelAsync().ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(Frame frame)
    {
        var outside = frame.Outside;
        if (frame.Kind == FrameKind.TooLarge || (frame.Kind == FrameKind.Whole && !GatewayFrame.TryRead(frame.Bytes.Span, out outside)))
        {
            Ignored++;
            LogIgnored(_login.Shard, frame.Kind == FrameKind.TooLarge ? "too large" : "no JSON object");
            return;
        }

        var content = frame.Bytes[outside.Data];
        switch (outside.Op)
        {
            case 0: Dispatch(outside, content); break;
            case 1: await BeatAsync().ConfigureAwait(false); break;
            case 7: End(new(GatewayNext.Resume, "Discord asked for a new connection")); break;
            case 9: Invalid(content.Span.SequenceEqual("true"u8)); break;
            case 10: await HelloAsync(content).ConfigureAwait(false); break;
            case 11: Acknowledged(); break;
            default: Ignored++; break;
        }
    }

    private void Dispatch(in GatewayFrame frame, ReadOnlyMemory<byte> content)
    {
        var sequence = frame.Sequence ?? _sequence ?? 0;
        switch (frame.Type)
        {
            case "READY":
                var ready = Lenient.Parse(content);
                if (ready.Words("session_id") is not { } id)
                {
                    End(new(GatewayNext.Identify, "Discord's READY had no session_id") { Pause = TimeSpan.FromSeconds(5) });
                    return;
                }

                var url = Uri.TryCreate(ready.Words("resume_gateway_url"), UriKind.Absolute, out var resume) && resume.Scheme is "ws" or "wss" ? resume : null;
                lock (_lock) (_session, _sequence) = (url is null ? null : new(id, url, sequence), sequence);
                _live = true;
                _events.Ready(ready);
                _events.Passed(frame.Type, sequence);
                return;
            case "RESUMED":
                _live = true;
                Advance(sequence);
                _events.Resumed();
                _events.Passed(frame.Type, sequence);
                return;
            case { } type when _events.Needs(type) && !content.IsEmpty:
                if (_events.Take(type, sequence, content)) Advance(sequence);
                else End(new(GatewayNext.Resume, "More came than could be taken in; Discord sends it again") { WasFull = true });
                return;
            default:
                Advance(sequence);
                _events.Passed(frame.Type, sequence);
                return;
        }
    }

    private void Advance(long sequence)
    {
        // events of a resume may come out of order; the highest is the place to go on from
        lock (_lock) _sequence = Math.Max(_sequence ?? 0, sequence);
    }

    private void Invalid(bool canResume)
    {
        var pause = TimeSpan.FromSeconds(1 + (4 * _chance()));
        End(canResume
            ? new(GatewayNext.Resume, "Discord could not go on with the session now") { Pause = pause }
            : new(GatewayNext.Identify, "Discord does not know the session any more") { Pause = pause });
    }

    private async ValueTask HelloAsync(ReadOnlyMemory<byte> content)
    {
        var said = Lenient.Parse(content).Real("heartbeat_interval");
        var interval = said is >= 1 and <= 3_600_000 ? TimeSpan.FromMilliseconds(said.Value) : UsualInterval;
        lock (_lock)
        {
            if (_interval is not null) return;
            _interval = interval;
            _timer.Change(interval * _chance(), Timeout.InfiniteTimeSpan);
        }

        if (_session is { } session)
            await SendAsync(new { op = 6, d = new { token = _login.Token, session_id = session.Id, seq = session.Sequence } }).ConfigureAwait(false);
        else
            await SendAsync(new
            {
                op = 2,
                d = new
                {
                    token = _login.Token,
                    intents = _login.Intents,
                    properties = new { os = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux", browser = ClientName.Library, device = ClientName.Library },
                    large_threshold = 50,
                    shard = new[] { _login.Shard, _login.Shards },
                },
            }).ConfigureAwait(false);
    }

    private void Acknowledged()
    {
        lock (_lock) _acknowledged = true;
        _events.Alive();
    }

    private void OnTimer()
    {
        string? fault = null;
        lock (_lock)
        {
            if (_end is not null) return;
            if (_interval is not { } interval) fault = "Discord's gateway did not say hello in time";
            else if (!_acknowledged) fault = "Discord did not acknowledge a heartbeat: the connection is dead";
            else
            {
                _acknowledged = false;
                _timer.Change(interval, Timeout.InfiniteTimeSpan);
                _beating = BeatAsync();
            }
        }

        if (fault is not null) End(new(GatewayNext.Resume, fault));
    }

    private async Task BeatAsync()
    {
        long? sequence;
        lock (_lock) sequence = _sequence;
        await SendAsync(new { op = 1, d = sequence }).ConfigureAwait(false);
    }

    private async ValueTask SendAsync<T>(T frame)
    {
        if (!_limit.TryTake())
        {
            LogHeldBack(_login.Shard);
            return;
        }

        try
        {
            await _writing.WaitAsync(_over.Token).ConfigureAwait(false);
            try
            {
                await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, _over.Token).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // the reader meets the same end and says what it was
            LogNotSent(_login.Shard, e.Message);
        }
    }
}

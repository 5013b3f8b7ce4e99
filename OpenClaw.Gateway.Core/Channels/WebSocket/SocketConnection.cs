using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using NetSocket = System.Net.WebSockets.WebSocket;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>One client's socket: ties its receive loop, its <see cref="SocketFeed"/> and its <see cref="SocketSender"/> together and ends them.</summary>
internal sealed partial class SocketConnection
{
    private const int BadFramesUntilClose = 10;
    private const string Policy = "policy";

    /// <summary>After so many messages in a row that were refused for want of room, the client is read only as fast as it was told to send.</summary>
    private const int RefusalsUntilPause = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for the inbox to judge what it has, and a close for the peer's answer.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly HttpContext _http;
    private readonly Lock _lock = new();
    private NetSocket? _socket;
    private UploadReceiver? _uploads;
    private TaskCompletionSource? _done;
    private TypingGate _typing;
    private int _badFrames;
    private int _closing;
    private int _overloaded;
    private bool _finished;

    public SocketConnection(SocketServices services, HttpContext http, Admission admission)
    {
        (Services, _http, Admission, Channel) = (services, http, admission, admission.Channel);
        RootId = services.Hub.RootId(admission.Channel, admission.Address);
        Feed = new(this);
    }

    public SocketServices Services { get; }

    public Admission Admission { get; }

    /// <summary>The channel as configured now; <see cref="ChannelWatch"/> replaces it.</summary>
    public ChannelModel Channel { get; set; }

    public SessionAddress Address => Admission.Address;

    public Guid RootId { get; }

    public SocketFeed Feed { get; }

    public SocketSender Sender { get; private set; } = null!;

    /// <summary>Serves the connection until it ends. The feed is attached already.</summary>
    public async Task RunAsync(NetSocket socket)
    {
        _socket = socket;
        Sender = new(socket, Drop);
        if (!Services.Registry.TryAdd(this)) _ = CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "stopping");
        try
        {
            Feed.Start();
            await ReceiveAsync(socket);
        }
        catch (Exception e) when (Disconnects.Are(e))
        {
            LogGone(Services.Logger, Channel.Tenant.Id, Channel.Id, Feed.Session, e.Message);
        }
        catch (Exception e)
        {
            LogBroken(Services.Logger, Channel.Tenant.Id, Channel.Id, Feed.Session, e);
            await Sender.CloseAsync(last: null, WebSocketCloseStatus.InternalServerError, "internal")
                .WaitAsync(CloseTime, Services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>Tells the client <c>bye</c> and why, and closes; drops the connection when it does not answer.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) == 1) return;
        try
        {
            if (status == WebSocketCloseStatus.EndpointUnavailable) await SettleAsync();
            var bye = status == WebSocketCloseStatus.MessageTooBig ? default(Frame?) : ServerFrames.Bye(reason);
            await Sender.CloseAsync(bye, status, reason).WaitAsync(CloseTime, Services.Time);
            await Ended().WaitAsync(CloseTime, Services.Time);
        }
        catch (TimeoutException)
        {
            Drop(DropCause.CloseUnanswered, fault: null);
        }
    }

    /// <summary>Ends the connection at once, without a closing handshake.</summary>
    public void Drop(DropCause cause, Exception? fault)
    {
        lock (_lock)
        {
            if (_finished) return;
            Sender.Dispose();
            _socket?.Abort();
            _http.Abort();
        }

        if (cause == DropCause.Failed && fault is not null) LogDropped(Services.Logger, Channel.Tenant.Id, Channel.Id, cause, fault);
        else LogDropped(Services.Logger, Channel.Tenant.Id, Channel.Id, cause);
    }

    /// <summary>Tells the client what became of its message. Called by the feed, under its lock.</summary>
    public void Tell(InboundMessage message, in AcceptOutcome outcome)
    {
        if (outcome.Accepted)
        {
            _overloaded = 0;
            Sender.Send(ServerFrames.Ack(message.ExternalId, outcome));
            _uploads?.Keep(message);
            return;
        }

        var (code, wait) = outcome.Refusal switch
        {
            RefusalCode.Overloaded => (ErrorCodes.Overloaded, outcome.RetryAfter ?? TimeSpan.FromSeconds(1)),
            RefusalCode.RateLimited => (ErrorCodes.RateLimited, outcome.RetryAfter),
            RefusalCode.TooLarge => (ErrorCodes.TooLarge, null),
            RefusalCode.NotAllowed => (ErrorCodes.NotAllowed, null),
            RefusalCode.Invalid => (ErrorCodes.BadFrame, default(TimeSpan?)),
            _ => (ErrorCodes.Internal, null),
        };
        if (outcome.Refusal == RefusalCode.Overloaded) Interlocked.Increment(ref _overloaded);
        _uploads?.Release(message);
        TellError(code, outcome.Reason ?? "The message was refused.", message.ExternalId, wait);
    }

    /// <summary>A frame was taken: bad ones are counted anew.</summary>
    public void Accepted() => Interlocked.Exchange(ref _badFrames, 0);

    /// <summary>Answers a frame with an error. Too many bad ones close the connection.</summary>
    public void TellError(string code, string message, string? id, TimeSpan? retryAfter = null)
    {
        Sender.Send(ServerFrames.Error(code, message, id, retryAfter));
        if (code != ErrorCodes.BadFrame || Interlocked.Increment(ref _badFrames) != BadFramesUntilClose) return;
        LogBadFrames(Services.Logger, Channel.Tenant.Id, Channel.Id, Feed.Session);
        _ = CloseAsync(WebSocketCloseStatus.PolicyViolation, Policy);
    }

    private async Task SettleAsync()
    {
        try
        {
            await Feed.WaitForIdleAsync().WaitAsync(SettleTime, Services.Time);
        }
        catch (TimeoutException)
        {
            LogUnsettled(Services.Logger, Channel.Tenant.Id, Channel.Id, Feed.Session); // the client sends those again
        }
    }

    private Task Ended()
    {
        lock (_lock)
        {
            if (_finished) return Task.CompletedTask;
            _done ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task;
        }
    }

    private async ValueTask EndAsync()
    {
        lock (_lock)
        {
            _finished = true;
            _done?.TrySetResult();
        }

        Sender.Dispose();
        Feed.Dispose();
        Services.Registry.Remove(this);
        if (_uploads is not null) await _uploads.DisposeAsync();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>One process of an agent: its frames, its requests, its end.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose handle nobody asked for holds nothing.")]
internal sealed partial class AgentConnection
{
    internal const int BadFramesUntilClose = 10;
    internal const string Policy = "policy";

    /// <summary>How long a close waits for the peer's answer.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Guid, OpenRequest> _requests = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1); // never its handle: nothing to dispose of
    private readonly AgentGroup _group;
    private readonly WebSocket _socket;
    private readonly FrameSender _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private string? _why;
    private int _badFrames;
    private int _closing;
    private volatile bool _isOver;
    private bool _retired;

    public AgentConnection(AgentGroup group, AgentModel agent, AgentPeer peer, WebSocket socket, TimeProvider time, ILogger log)
    {
        (_group, Agent, Peer, _socket, _time, _log) = (group, agent, peer, socket, time, log);
        Since = time.GetUtcNow();
        Id = Guid.CreateVersion7(Since);
        _sender = new(socket, Drop);
    }

    public Guid Id { get; }

    public AgentModel Agent { get; }

    public AgentPeer Peer { get; }

    public DateTimeOffset Since { get; }

    /// <summary>How many requests it takes at once; 0 until it is ready. Guarded by the group.</summary>
    public int Capacity { get; private set; }

    /// <summary>Guarded by the group.</summary>
    public int Open { get; set; }

    /// <summary>When it was last given a request. Guarded by the group.</summary>
    public long LastTurn { get; set; }

    /// <summary>Guarded by the group.</summary>
    public IReadOnlyList<string> Intents { get; private set; } = [];

    public bool WantsTyping { get; private set; }

    /// <summary>What is said of it, called under the group's lock.</summary>
    public void Become(ReadyFrame ready)
    {
        if (_retired) return;
        Capacity = ready.Capacity ?? (Capacity == 0 ? 1 : Capacity);
        Intents = ready.Intents ?? Intents;
        WantsTyping = ready.Typing ?? WantsTyping;
    }

    /// <summary>It gets nothing new, whatever it says. Called under the group's lock.</summary>
    public void Retire() => (_retired, Capacity) = (true, 0);

    public AgentConnectionView View() => new(Id, Peer, Since, Capacity, Open, Intents);

    /// <summary>Sends a request, as soon as the process has taken most of what it was sent before. False when the connection is over, and it was not sent.</summary>
    public async ValueTask<bool> TryOpenAsync(OpenRequest open, AgentRequest request, RequestWriter writer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _sender.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            return TryOpen(open, request, writer);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool TryOpen(OpenRequest open, AgentRequest request, RequestWriter writer)
    {
        if (_isOver || !_requests.TryAdd(open.Id, open)) return false;
        var frame = new FrameBuffer();
        writer.Write(frame, request, "request");
        if (_sender.Send(frame) && !_isOver) return true;
        // whoever ends it may have missed this one
        Close(open);
        return false;
    }

    /// <summary>Tells the process that nobody waits for that answer any more.</summary>
    public void Cancel(OpenRequest open)
    {
        open.Close();
        if (_requests.TryGetValue(open.Id, out var known) && ReferenceEquals(known, open)) _sender.Send(GatewayFrames.Cancel(open.Id));
    }

    /// <summary>What still comes for it is ignored.</summary>
    public void Close(OpenRequest open)
    {
        open.Close();
        _requests.TryRemove(new(open.Id, open));
    }

    public void Tell(FrameBuffer frame) => _sender.Send(frame, mayLose: true);

    /// <summary>Serves it until it ends.</summary>
    /// <param name="keepsRequests">The gateway stops: what is open is not lost to the process, the pipeline breaks it off.</param>
    public async Task RunAsync(Func<bool> keepsRequests)
    {
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
            _why ??= "The agent process closed its connection.";
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            _why ??= Reason(e);
        }
        catch (Exception e)
        {
            LogFault(_log, e, Agent.Tenant.Id, Agent.Id);
            _why = "The gateway failed over a frame of the agent process; its log says more.";
            await _sender.CloseAsync(null, WebSocketCloseStatus.InternalServerError, "internal").WaitAsync(CloseTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _isOver = true;
            _sender.Dispose();
            _group.Remove(this);
            if (!keepsRequests())
                foreach (var (_, open) in _requests) open.Lose(_why!);
            _ended.TrySetResult();
            LogGone(_log, Agent.Tenant.Id, Agent.Id, Id, _why!);
        }
    }

    /// <summary>Says <c>bye</c> and why, and closes; drops the connection when it is not answered.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason, string why)
    {
        if (Interlocked.Exchange(ref _closing, 1) == 1) return;
        _why ??= why;
        _group.Retire(this);
        try
        {
            await _sender.CloseAsync(GatewayFrames.Bye(reason), status, reason).WaitAsync(CloseTime, _time).ConfigureAwait(false);
            await _ended.Task.WaitAsync(CloseTime, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Drop(why);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Drop(string why)
    {
        _why ??= why;
        _sender.Dispose();
        _socket.Abort();
    }

    /// <summary>For people.</summary>
    internal static string Reason(Exception e) => e is WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely } or IOException
        ? "The connection to the agent process broke."
        : "The agent process did not answer any more, or broke the protocol.";
}

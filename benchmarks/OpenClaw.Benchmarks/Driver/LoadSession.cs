using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// One conversation of a load. Accounts for every message: ack seen, reply seen, order held, nothing twice, also over
/// reconnects. Message n of session s has the id <c>s-n</c>, and its text begins with that id.
/// </summary>
internal sealed class LoadSession(int number, LoadTarget target, LoadTally tally) : IWireHandler, IDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly Outstanding _outstanding = new();
    private readonly Random _jitter = new(number);
    private TaskCompletionSource _welcomed = NewSource();
    private Wire? _wire;
    private bool _ready;
    private bool _disposed;
    private int _connection;
    private string? _resume;
    private long _lastAnsweredSeq;

    /// <summary>The number given at creation.</summary>
    public int Number { get; } = number;

    /// <summary>The gateway's id of the session, from <c>welcome</c>.</summary>
    public string? SessionId { get; private set; }

    /// <summary>The highest <c>seq</c> of a <c>message</c> frame.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Messages begun so far.</summary>
    public int Sent => _outstanding.Next;

    /// <summary>Messages that the server made durable.</summary>
    public int Acked { get; private set; }

    /// <summary>Messages not yet both acknowledged and answered.</summary>
    public int InFlight => _outstanding.Count;

    /// <summary>Who is told of replies; may be exchanged between loads.</summary>
    public ILoadPattern? Pattern { get; set; }

    /// <summary>Takes part in counting and timing; off while a server warms up.</summary>
    public LoadTally Tally { get; set; } = tally;

    /// <summary>Connects, and waits for <c>welcome</c>. Throws what the connecting met.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await _welcomed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends the next message; its latency counts from <paramref name="intended"/> (<see cref="Stopwatch.GetTimestamp"/>). While
    /// the session is not connected the message waits for the reconnection.
    /// </summary>
    public void Send(long intended)
    {
        lock (_lock)
        {
            var message = _outstanding.Add(intended);
            Tally.CountSent();
            if (_ready) Write(message);
        }
    }

    /// <summary>Cuts the connection without a close frame, as a lost network does; a session that reconnects comes back.</summary>
    public void Drop()
    {
        lock (_lock) _wire?.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _ready = false;
            _wire?.Dispose();
        }
    }

    void IWireHandler.OnText(Wire wire, ReadOnlySpan<byte> payload)
    {
        var frame = ServerFrame.Parse(payload);
        var answered = false;
        lock (_lock)
        {
            if (!ReferenceEquals(wire, _wire)) return;
            if (frame.Type.SequenceEqual("message"u8)) answered = target.IsEcho ? OnEcho(frame) : OnReply(frame);
            else if (frame.Type.SequenceEqual("ack"u8)) OnAck(frame);
            else if (frame.Type.SequenceEqual("welcome"u8)) OnWelcome(wire, frame);
            else if (frame.Type.SequenceEqual("error"u8)) OnError(frame);
        }
        if (answered) Pattern?.Replied(this);
    }

    void IWireHandler.OnClosed(Wire wire)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(wire, _wire)) return;
            _ready = false;
            _welcomed.TrySetException(new IOException("The connection ended before the welcome."));
            if (_disposed) return;
        }
        Tally.CountClosed();
        if (target.Reconnects) _ = Task.Run(ReconnectAsync);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Query() => _resume is null ? "" : string.Create(CultureInfo.InvariantCulture, $"?after={LastSeq}");

    private string Protocols() =>
        "openclaw.v1" + (_resume is null ? "" : ", resume." + _resume) + (target.Bearer is null ? "" : ", bearer." + target.Bearer(Number));

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var wire = await Wire.ConnectAsync(target.Server, target.Path + Query(), Protocols(), this, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_disposed)
            {
                wire.Dispose();
                return;
            }
            _wire = wire;
            _connection++;
            if (_welcomed.Task.IsCompleted) _welcomed = NewSource();
        }
        wire.Start();
        if (target.IsEcho) Begin(wire);
    }

    /// <summary>Tries until a connection stands; one that ends before its welcome comes back by <see cref="IWireHandler.OnClosed"/>.</summary>
    private async Task ReconnectAsync()
    {
        while (!Volatile.Read(ref _disposed))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 + _jitter.Next(80)), Clock).ConfigureAwait(false);
            try
            {
                await OpenAsync(CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (WireRefusedException e)
            {
                Tally.Errors.AddOrUpdate($"refused_{e.Status}", 1, (_, n) => n + 1);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Tally.CountUnreachable();
            }
        }
    }

    private void OnWelcome(Wire wire, in ServerFrame frame)
    {
        SessionId = Encoding.ASCII.GetString(frame.Session);
        _resume = Encoding.ASCII.GetString(frame.Resume);
        Begin(wire);
    }

    /// <summary>Sends what waits, oldest first: what was never sent and what was sent without an ack before.</summary>
    private void Begin(Wire wire)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(wire, _wire)) return;
            for (var message = _outstanding.First; message < _outstanding.Next; message++)
            {
                if (!_outstanding[message].Acked) Write(message);
            }
            _ready = true;
            _welcomed.TrySetResult();
        }
    }

    private void OnAck(in ServerFrame frame)
    {
        if (frame.Duplicate) Tally.CountDuplicateAck();
        if (!TryNumber(frame.Id, out var message) || !_outstanding.Has(message)) return;
        ref var entry = ref _outstanding[message];
        if (entry.Acked) return;
        entry.Acked = true;
        entry.Seq = frame.Seq;
        Acked++;
        Tally.CountAcked();
        Tally.AckLatency.Record(Since(entry.Intended));
        _outstanding.Trim();
    }

    private bool OnReply(in ServerFrame frame)
    {
        var again = frame.Seq <= LastSeq;
        LastSeq = Math.Max(LastSeq, frame.Seq);
        if (!TryNumber(frame.InReplyTo, out var message)) return false;
        if (again || !_outstanding.Has(message) || _outstanding[message].Replied)
        {
            Tally.CountRepliedTwice();
            return false;
        }
        ref var entry = ref _outstanding[message];
        if (!entry.Acked && entry.Connection == _connection) Tally.CountRepliedBeforeAck();
        if (entry.Seq > 0 && entry.Seq < _lastAnsweredSeq) Tally.CountOutOfOrder();
        _lastAnsweredSeq = Math.Max(_lastAnsweredSeq, entry.Seq);
        return Finish(ref entry, frame.InReplyTo, frame.Text);
    }

    private bool OnEcho(in ServerFrame frame)
    {
        if (!TryNumber(frame.Id, out var message) || !_outstanding.Has(message)) return false;
        if (message != _outstanding.First) Tally.CountOutOfOrder();
        ref var entry = ref _outstanding[message];
        entry.Acked = true;
        return Finish(ref entry, frame.Id, frame.Text);
    }

    private bool Finish(ref Outstanding.Entry entry, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(id) || text.Length != Math.Max(target.TextBytes, id.Length)) Tally.CountWrongText();
        entry.Replied = true;
        Tally.CountReplied();
        Tally.ReplyLatency.Record(Since(entry.Intended));
        _outstanding.Trim();
        return true;
    }

    private void OnError(in ServerFrame frame)
    {
        Tally.Errors.AddOrUpdate(Encoding.ASCII.GetString(frame.Code), 1, (_, n) => n + 1);
        if (!TryNumber(frame.Id, out var message)) return;
        var pause = TimeSpan.FromMilliseconds(Math.Clamp(frame.RetryAfterMs, 50, 5000));
        _ = Task.Run(() => SendAgainAsync(message, pause));
    }

    private async Task SendAgainAsync(int message, TimeSpan pause)
    {
        await Task.Delay(pause, Clock).ConfigureAwait(false);
        lock (_lock)
        {
            if (_ready && _outstanding.Has(message) && !_outstanding[message].Acked) Write(message);
        }
    }

    private void Write(int message)
    {
        ref var entry = ref _outstanding[message];
        if (entry.Connection == 0) entry.Connection = _connection;
        Span<byte> id = stackalloc byte[24];
        Utf8Formatter.TryFormat(Number, id, out var digits);
        id[digits] = (byte)'-';
        Utf8Formatter.TryFormat(message, id[(digits + 1)..], out var more);
        id = id[..(digits + 1 + more)];

        var length = Math.Max(target.TextBytes, id.Length);
        var frame = length > 2048 ? new byte[length + 64] : stackalloc byte[length + 64];
        var end = Append(frame, 0, "{\"type\":\"message\",\"id\":\""u8);
        end = Append(frame, end, id);
        end = Append(frame, end, "\",\"text\":\""u8);
        var text = end;
        end = Append(frame, end, id);
        frame[end..(text + length)].Fill((byte)'x');
        end = Append(frame, text + length, "\"}"u8);
        _wire!.Send(frame[..end]);
    }

    private static int Append(Span<byte> frame, int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(frame[at..]);
        return at + part.Length;
    }

    private static bool TryNumber(ReadOnlySpan<byte> id, out int message)
    {
        message = 0;
        var dash = id.LastIndexOf((byte)'-');
        return dash >= 0 && Utf8Parser.TryParse(id[(dash + 1)..], out message, out _);
    }

    private static long Since(long intended) => (Stopwatch.GetTimestamp() - intended) * (1_000_000_000 / Stopwatch.Frequency);
}

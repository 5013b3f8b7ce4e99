using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>An event on its way in.</summary>
/// <param name="Channel">The Discord channel it came in.</param>
/// <param name="Content">Its content.</param>
/// <param name="Bytes">What it costs to hold.</param>
internal sealed record IntakeItem(ulong Channel, JsonElement Content, int Bytes)
{
    /// <summary>Where it is told when it is done with.</summary>
    public required SequenceLedger Ledger { get; init; }

    /// <summary>Its number there.</summary>
    public required long Sequence { get; init; }

    /// <summary>Counts it when it was new: what a gap has brought back; null = it came in its time.</summary>
    public Tally? Tally { get; init; }

    /// <summary>Set for an interaction: it is being answered in time meanwhile. True = Discord took the answer.</summary>
    public Task<bool>? Deferred { get; init; }
}

/// <summary>How many messages were brought back after a gap.</summary>
internal sealed class Tally
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void One() => Interlocked.Increment(ref _count);
}

/// <summary>
/// What waits to be accepted: in order within a Discord channel, several channels at once, no task for a quiet one. Bounded in number and bytes; the reader of the
/// gateway never waits for it but is told that there is no room.
/// </summary>
internal sealed class Intake(Func<IntakeItem, CancellationToken, Task> handle, TimeProvider time, int most = Intake.Most, long mostBytes = Intake.MostBytes) : IAsyncDisposable
{
    public const int Most = 1_000;
    public const long MostBytes = 8 * 1_024 * 1_024;
    private const int AtOnce = 16;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Line> _lines = [];
    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _running = [];
    private TaskCompletionSource? _room;
    private int _count;
    private long _bytes;
    private bool _isClosed;

    /// <summary>What waits or is being accepted.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Puts one behind the others of its channel; false when there is no room.</summary>
    public bool TryAdd(IntakeItem item)
    {
        lock (_lock)
        {
            if (_isClosed || _count >= most || (_bytes > 0 && _bytes + item.Bytes > mostBytes)) return false;
            (_count, _bytes) = (_count + 1, _bytes + item.Bytes);
            var line = LineOf(item.Channel);
            line.Items.AddLast(item);
            Start(item.Channel, line);
            return true;
        }
    }

    /// <summary>Holds a channel back: what comes in it waits for what was missed in it.</summary>
    public void Hold(ulong channel)
    {
        lock (_lock) LineOf(channel).IsHeld = true;
    }

    /// <summary>Lets a channel go on, with what was missed in front.</summary>
    public void Release(ulong channel, IReadOnlyList<IntakeItem> missed)
    {
        lock (_lock)
        {
            if (_isClosed) return;
            var line = LineOf(channel);
            for (var i = missed.Count - 1; i >= 0; i--) line.Items.AddFirst(missed[i]);
            (_count, _bytes) = (_count + missed.Count, _bytes + missed.Sum(m => (long)m.Bytes));
            line.IsHeld = false;
            if (line.Items.Count == 0) _lines.Remove(channel);
            else Start(channel, line);
        }
    }

    /// <summary>Completes when half of the room is there again.</summary>
    public Task RoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (HasRoom) return Task.CompletedTask;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes nothing more, and returns when what is under way has ended; the rest comes again after a resume.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            _isClosed = true;
            _lines.Clear();
            running = [.. _running];
        }

        using (var grace = new CancellationTokenSource())
        {
            await Task.WhenAny(Task.WhenAll(running), Task.Delay(Grace, time, grace.Token)).ConfigureAwait(false);
            await grace.CancelAsync().ConfigureAwait(false);
        }

        await _over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
        _turns.Dispose();
    }

    private bool HasRoom => _count <= most / 2 && _bytes <= mostBytes / 2;

    private Line LineOf(ulong channel)
    {
        if (!_lines.TryGetValue(channel, out var line)) _lines[channel] = line = new();
        return line;
    }

    private void Start(ulong channel, Line line)
    {
        if (line.IsRunning || line.IsHeld || line.Items.Count == 0) return;
        line.IsRunning = true;
        _running.RemoveAll(static t => t.IsCompleted);
        _running.Add(Task.Run(() => DrainAsync(channel, line)));
    }

    private async Task DrainAsync(ulong channel, Line line)
    {
        var token = _over.Token;
        await _turns.WaitAsync(token).ConfigureAwait(false);
        try
        {
            while (Next(channel, line) is { } item)
            {
                try
                {
                    await handle(item, token).ConfigureAwait(false);
                }
                finally
                {
                    Finished(item);
                }
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    private IntakeItem? Next(ulong channel, Line line)
    {
        lock (_lock)
        {
            if (_isClosed || line.IsHeld || line.Items.First is not { } first)
            {
                line.IsRunning = false;
                if (line.Items.Count == 0 && !line.IsHeld && _lines.GetValueOrDefault(channel) == line) _lines.Remove(channel);
                return null;
            }

            line.Items.RemoveFirst();
            return first.Value;
        }
    }

    private void Finished(IntakeItem item)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            (_count, _bytes) = (_count - 1, _bytes - item.Bytes);
            if (HasRoom) (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    private sealed class Line
    {
        public LinkedList<IntakeItem> Items { get; } = [];
        public bool IsRunning { get; set; }
        public bool IsHeld { get; set; }
    }
}

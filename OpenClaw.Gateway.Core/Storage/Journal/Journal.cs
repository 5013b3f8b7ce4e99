using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>
/// The only writer of messages and sessions. Takes all entries that wait, writes them in one transaction on its own thread, and
/// tells them so per group. A group is what gathered while the last one was being committed.
/// </summary>
internal sealed partial class Journal : IJournalHealth, IEntryIndex, IThreadPoolWorkItem, IDisposable
{
    private const int Asleep = 1;
    private const int Lingering = 2;
    private const int FewestEntries = 128;
    private const int MostEntries = 1024;
    private const int MaxBytes = 256 * 1024;
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LazyLinger = TimeSpan.FromMilliseconds(100);

    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger<Journal> _log;
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
    private readonly JournalGroup _group;
    private readonly FreshEntries _fresh = new();
    private readonly ConcurrentQueue<JournalEntry> _committed = new();
    private readonly Thread _thread;
    private IJournalWriter? _writer;
    private JournalEntry? _incoming;
    private JournalEntry? _waiting;
    private JournalEntry? _waitingTail;
    private int _idle;
    private int _completing;
    private int _maxEntries = FewestEntries;
    private bool _oneByOne;
    private volatile bool _stopping;
    private volatile string? _fault;
    private long _groups;
    private readonly long[] _commits = new long[LatencyHistogram.Buckets];
    private long _entries;

    public Journal(IDatabase database, TimeProvider time, ILogger<Journal> log, IGroupEvents? events = null)
    {
        (_database, _time, _log) = (database, time, log);
        _group = new() { Events = events };
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
    }

    /// <inheritdoc />
    public string? Fault => _fault;

    /// <summary>Hears how long each commit took; null = nobody does.</summary>
    public IDurationRecorder? Recorder { get; set; }

    /// <summary>Groups committed since the start.</summary>
    public long Groups => Volatile.Read(ref _groups);

    /// <summary>Entries committed since the start.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>How long writing and committing groups took since the start. Written by the journal's thread only.</summary>
    public void ReadCommits(Span<long> counts)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] = Volatile.Read(ref _commits[i]);
    }

    /// <summary>What the journal's own connection says of its durability.</summary>
    public IReadOnlyDictionary<string, string> Durability { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Opens the connection and starts the thread.</summary>
    public void Start()
    {
        _writer = _database.OpenJournal();
        Durability = _writer.Durability;
        using (_database.Gate.Enter()) _fresh.Start(_writer.IndexMissing());
        _thread.Start();
    }

    /// <summary>Takes an entry; never blocks. What became of it is told to the entry.</summary>
    public void Append(JournalEntry entry)
    {
        JournalEntry? head;
        do
        {
            head = Volatile.Read(ref _incoming);
            entry.Next = head;
        }
        while (Interlocked.CompareExchange(ref _incoming, entry, head) != head);

        var idle = Volatile.Read(ref _idle);
        if ((idle == Asleep || (idle == Lingering && !entry.IsLazy)) && Interlocked.Exchange(ref _idle, 0) != 0) _wake.Set();
    }

    /// <summary>Completes when everything appended before is durable.</summary>
    public Task FlushAsync()
    {
        var entry = new FlushEntry();
        Append(entry);
        return entry.Task;
    }

    /// <summary>Changes stored rows in the journal's order (<see cref="WorkEntry{T}"/>). Durable at return; throws <see cref="IOException"/> when it was not stored.</summary>
    public Task<T> WorkAsync<T>(Func<GatewayDbContext, T> work) => WorkAsync((db, _) => work(db));

    /// <summary>The same, with the group that it is a part of: for telling endpoints of what it changes.</summary>
    public Task<T> WorkAsync<T>(Func<GatewayDbContext, JournalGroup, T> work)
    {
        var entry = new WorkEntry<T>(work);
        Append(entry);
        return entry.Task;
    }

    /// <inheritdoc />
    public ValueTask<bool> CatchUpAsync(Guid session, CancellationToken cancellationToken)
    {
        var entry = new CatchUpEntry(_fresh, session);
        Append(entry);
        return new(entry.Task.WaitAsync(cancellationToken));
    }

    /// <summary>The same as <see cref="CatchUpAsync(Guid, CancellationToken)"/> for several sessions at once.</summary>
    public Task<bool> CatchUpAsync(IReadOnlySet<Guid> sessions, CancellationToken cancellationToken)
    {
        var entry = new CatchUpEntry(_fresh, Guid.Empty, sessions);
        Append(entry);
        return entry.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Before rows of caught-up sessions are removed, up to that position: they are not indexed behind their removal.</summary>
    public void Forget(IReadOnlySet<Guid> sessions, long newest) => Append(new ForgetEntry(_fresh, sessions, newest));

    /// <summary>Writes what waits and ends the thread.</summary>
    public void Stop()
    {
        if (_stopping || !_thread.IsAlive) return;
        _stopping = true;
        _wake.Set();
        _thread.Join();
        LogStopped(Groups, Entries);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        _writer?.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            if (_waiting is null && _fault is null && !_fresh.IsCycling) WaitForWork();
            Take();
            if (_fault is not null)
            {
                if (_doubt is null ? Recover() : Settle()) continue;
                if (!_stopping) continue;
                RefuseWaiting(new IOException(_fault));
                return;
            }

            if (_waiting is not null || !_fresh.IsEmpty) WriteGroup();
            else if (_stopping) return;
        }
    }

    /// <summary>Sleeps until something urgent came in, or something lazy has lain for a while.</summary>
    private void WaitForWork()
    {
        while (!_stopping && !HasUrgent())
        {
            _wake.Reset();
            var lazy = !_fresh.IsEmpty || Volatile.Read(ref _incoming) is not null;
            Interlocked.Exchange(ref _idle, lazy ? Lingering : Asleep);
            if (_stopping || HasUrgent() || (!lazy && Volatile.Read(ref _incoming) is not null)) continue;
            if (!_wake.Wait(lazy ? LazyLinger : Timeout.InfiniteTimeSpan)) break;
        }

        Volatile.Write(ref _idle, 0);
    }

    private bool HasUrgent()
    {
        for (var entry = Volatile.Read(ref _incoming); entry is not null; entry = entry.Next)
            if (!entry.IsLazy) return true;
        return false;
    }

    /// <summary>Moves what came in behind what waits, oldest first.</summary>
    private void Take()
    {
        var taken = Interlocked.Exchange(ref _incoming, null);
        JournalEntry? head = null, tail = taken;
        while (taken is not null)
        {
            var next = taken.Next;
            taken.Next = head;
            head = taken;
            taken = next;
        }

        if (head is null) return;
        if (_waitingTail is null) _waiting = head;
        else _waitingTail.Next = head;
        _waitingTail = tail;
    }

    private void WriteGroup()
    {
        var now = Micros.Now(_time);
        JournalEntry? first = _waiting, last = null;
        var (count, bytes) = (0, 0);
        for (var entry = _waiting; entry is not null && count < _maxEntries && bytes < MaxBytes; entry = entry.Next)
        {
            entry.AddTo(_group, now);
            last = entry;
            count++;
            bytes += entry.Size;
            if (_oneByOne) break;
        }

        _fresh.AddTo(_group, idle: first is null);
        if (_group.Events is { IsOn: true } events) events.Gather(_group);
        try
        {
            if (!_group.IsEmpty) Commit();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (_writer?.Unsettled is { } mark) Doubt(new(mark, first, last, count, e));
            else GiveBack(first, last, e);
            return;
        }

        Stored(first, last, count);
    }

    private void GiveBack(JournalEntry? first, JournalEntry? last, Exception cause)
    {
        _fresh.RolledBack();
        _group.Clear();
        Fail(first, last, cause);
    }

    private void Stored(JournalEntry? first, JournalEntry? last, int count)
    {
        _fresh.Committed(_group);
        if (_group.Events is { IsOn: true } told) told.Stored(_group);
        _group.Clear();
        if (first is null || last is null) return;
        _waiting = last.Next;
        if (_waiting is null) (_waitingTail, _oneByOne) = (null, false);
        last.Next = null;
        _groups++;
        _entries += count;
        _committed.Enqueue(first);
        if (Interlocked.Exchange(ref _completing, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Commit()
    {
        using var turn = _database.Gate.Enter();
        _writer!.Write(_group);
        Adapt(_writer.LastWrite, _writer.LastCommit);
        var took = _writer.LastWrite + _writer.LastCommit;
        _commits[LatencyHistogram.BucketOf((long)took.TotalMicroseconds)]++;
        Recorder?.Committed(took);
    }

    /// <summary>
    /// Small groups let the stages work side by side; large ones share a slow disk's flush. So a group grows while the flush
    /// takes longer than the rows, and shrinks when it does not.
    /// </summary>
    private void Adapt(TimeSpan rows, TimeSpan flush)
    {
        if (flush > rows) _maxEntries = Math.Min(MostEntries, _maxEntries * 2);
        else if (flush * 4 < rows) _maxEntries = Math.Max(FewestEntries, _maxEntries / 2);
    }

    /// <summary>Tells the entries of committed groups, one group after the other, never two at once.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (_committed.TryDequeue(out var entry))
            {
                while (entry is not null)
                {
                    var next = entry.Next;
                    entry.Next = null;
                    Tell(entry);
                    entry = next;
                }
            }

            Volatile.Write(ref _completing, 0);
        }
        while (!_committed.IsEmpty && Interlocked.Exchange(ref _completing, 1) == 0);
    }

    private void Tell(JournalEntry entry)
    {
        try
        {
            entry.Committed();
        }
        catch (Exception e)
        {
            // The row is stored; recovery at the next start finds what this entry did not go on with.
            LogCompletionFailed(e, entry.GetType().Name);
        }
    }

    /// <summary>A group was not stored: undo it, refuse what can be refused, keep the rest, and see whether the database is at fault.</summary>
    private void Fail(JournalEntry? first, JournalEntry? last, Exception cause)
    {
        UndoInReverse(first, last?.Next);
        if (_oneByOne && first is not null && ReferenceEquals(first, last) && _database.IsEntryAtFault(cause) && TryProbe())
        {
            // The database takes other writes: this entry is at fault, and must not hold up the rest.
            LogEntryRefused(cause, first.GetType().Name);
            _waiting = first.Next;
            if (_waiting is null) (_waitingTail, _oneByOne) = (null, false);
            first.Next = null;
            first.Refused(cause);
            return;
        }

        _fault = FaultOf(cause);
        LogFault(cause);
        RefuseRefusable(cause);
    }

    private string FaultOf(Exception cause) =>
        $"The database does not take writes since {_time.GetUtcNow():O}: {cause.Message.TrimEnd('.')}. {_database.Remedy}; the gateway goes on by itself.";

    private static void UndoInReverse(JournalEntry? first, JournalEntry? end)
    {
        var entries = new Stack<JournalEntry>();
        for (var entry = first; entry is not null && entry != end; entry = entry.Next) entries.Push(entry);
        foreach (var entry in entries) entry.Undo();
    }

    /// <summary>Refuses what came in meanwhile and looks whether the database takes writes again; waits a moment when not.</summary>
    private bool Recover()
    {
        RefuseRefusable(new IOException(_fault));
        if (!TryProbe())
        {
            Pause();
            return false;
        }

        LogRecovered();
        (_fault, _oneByOne) = (null, _waiting is not null);
        return true;
    }

    private void Pause()
    {
        _wake.Reset();
        if (!_stopping) _wake.Wait(ProbeEvery);
    }

    private void OpenAnew()
    {
        _writer?.Dispose();
        _writer = null;
        _writer = _database.OpenJournal();
    }

    private bool TryProbe()
    {
        try
        {
            using var turn = _database.Gate.Enter();
            OpenAnew();
            _writer!.Probe();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogProbeFailed(e.Message);
            return false;
        }
    }

    private void RefuseRefusable(Exception cause)
    {
        JournalEntry? kept = null, tail = null;
        for (var entry = _waiting; entry is not null;)
        {
            var next = entry.Next;
            entry.Next = null;
            if (!entry.MustBeWritten) entry.Refused(cause);
            else if (tail is null) kept = tail = entry;
            else tail = tail.Next = entry;
            entry = next;
        }

        (_waiting, _waitingTail) = (kept, tail);
    }

    private void RefuseWaiting(Exception cause)
    {
        for (var entry = _waiting; entry is not null; entry = entry.Next) entry.Refused(cause);
        (_waiting, _waitingTail) = (null, null);
    }
}

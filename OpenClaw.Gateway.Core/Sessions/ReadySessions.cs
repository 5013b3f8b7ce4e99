using System.Collections.Concurrent;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Sessions that have something to do, worked off by a few pool work items: a group of messages wakes the pool once, not once per
/// message. A session's work only starts things; what takes time is awaited and holds no worker.
/// </summary>
internal sealed class ReadySessions(Lazy<IMailboxHandler> handler) : IThreadPoolWorkItem
{
    private static readonly int MostWorkers = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentQueue<LiveSession> _ready = new();
    private int _workers;

    public void Add(LiveSession session)
    {
        _ready.Enqueue(session);
        StartWorker();
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (_ready.TryDequeue(out var session)) session.Work(handler.Value);
        Interlocked.Decrement(ref _workers);

        // One that came in after the last look found all workers still counted.
        if (!_ready.IsEmpty) StartWorker();
    }

    private void StartWorker()
    {
        var workers = Volatile.Read(ref _workers);
        while (workers < MostWorkers)
        {
            var seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            workers = seen;
        }
    }
}

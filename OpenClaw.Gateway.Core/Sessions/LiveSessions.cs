using System.Diagnostics.CodeAnalysis;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// The sessions in memory, by root id. A hash table whose chains run through the sessions themselves: an object beside each of them would
/// cost a quarter of what a session at rest does. In shards, each under its own lock, so that growing holds up few.
/// </summary>
internal sealed class LiveSessions
{
    private const int ShardBits = 6;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new Shard())];

    public int Count => _shards.Sum(s => s.Count);

    public bool TryGetValue(Guid root, [MaybeNullWhen(false)] out LiveSession session)
    {
        var hash = Hash(root);
        session = Of(hash).Find(hash, root);
        return session is not null;
    }

    /// <summary>Adds it, unless its root id is there: the one that is there.</summary>
    public LiveSession GetOrAdd(LiveSession session)
    {
        var hash = Hash(session.RootId);
        return Of(hash).GetOrAdd(hash, session);
    }

    /// <summary>Puts the other one in its place, if it is there still.</summary>
    public bool TryReplace(LiveSession session, LiveSession other)
    {
        var hash = Hash(session.RootId);
        return Of(hash).TryReplace(hash, session, other);
    }

    /// <summary>Removes it, if it is there still.</summary>
    public bool TryRemove(LiveSession session)
    {
        var hash = Hash(session.RootId);
        return Of(hash).TryReplace(hash, session, null);
    }

    /// <summary>All of them, shard by shard; what comes and goes meanwhile may be among them or not.</summary>
    public IEnumerable<LiveSession> All()
    {
        var some = new List<LiveSession>();
        foreach (var shard in _shards)
        {
            some.Clear();
            shard.AddTo(some);
            foreach (var session in some) yield return session;
        }
    }

    /// <summary>Roots are digests: any part of them is as good as random.</summary>
    private static uint Hash(Guid root) => (uint)root.GetHashCode();

    private Shard Of(uint hash) => _shards[hash >> (32 - ShardBits)];

    private sealed class Shard
    {
        private const int FirstSize = 4;
        private const int ChainLength = 2;
        private readonly Lock _lock = new();
        private LiveSession?[] _heads = new LiveSession?[FirstSize];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public LiveSession? Find(uint hash, Guid root)
        {
            lock (_lock) return Found(hash, root);
        }

        public LiveSession GetOrAdd(uint hash, LiveSession session)
        {
            lock (_lock)
            {
                if (Found(hash, session.RootId) is { } there) return there;
                if (_count == _heads.Length * ChainLength) Grow();
                Push(_heads, hash, session);
                _count++;
                return session;
            }
        }

        public bool TryReplace(uint hash, LiveSession session, LiveSession? other)
        {
            lock (_lock)
            {
                ref var place = ref Head(_heads, hash);
                while (place is not null && !ReferenceEquals(place, session)) place = ref place.NextInTable;
                if (place is null) return false;
                var rest = session.NextInTable;
                session.NextInTable = null;
                if (other is null) _count--;
                else other.NextInTable = rest;
                place = other ?? rest;
                return true;
            }
        }

        public void AddTo(List<LiveSession> list)
        {
            lock (_lock)
            {
                foreach (var head in _heads)
                    for (var session = head; session is not null; session = session.NextInTable) list.Add(session);
            }
        }

        private static ref LiveSession? Head(LiveSession?[] heads, uint hash) => ref heads[hash & (uint)(heads.Length - 1)];

        private static void Push(LiveSession?[] heads, uint hash, LiveSession session)
        {
            ref var head = ref Head(heads, hash);
            session.NextInTable = head;
            head = session;
        }

        private LiveSession? Found(uint hash, Guid root)
        {
            var session = Head(_heads, hash);
            while (session is not null && session.RootId != root) session = session.NextInTable;
            return session;
        }

        private void Grow()
        {
            var heads = new LiveSession?[_heads.Length * 2];
            foreach (var head in _heads)
            {
                for (var session = head; session is not null;)
                {
                    var next = session.NextInTable;
                    Push(heads, Hash(session.RootId), session);
                    session = next;
                }
            }

            _heads = heads;
        }
    }
}

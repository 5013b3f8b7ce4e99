namespace OpenClaw.Benchmarks.Driver;

/// <summary>Messages of one session that are not yet both acknowledged and answered: a ring over consecutive numbers.</summary>
internal sealed class Outstanding
{
    private Entry[] _ring = new Entry[4];
    private int _head;

    /// <summary>How many stand in the ring.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest number in the ring.</summary>
    public int First { get; private set; }

    /// <summary>The next message's number.</summary>
    public int Next => First + Count;

    /// <summary>Adds the next number.</summary>
    public int Add(long intended)
    {
        if (Count == _ring.Length) Grow();
        _ring[Index(Count)] = new Entry { Intended = intended };
        return First + Count++;
    }

    /// <summary>True while that number is in the ring.</summary>
    public bool Has(int number) => number >= First && number < Next;

    /// <summary>The entry of a number that is in the ring.</summary>
    public ref Entry this[int number] => ref _ring[Index(number - First)];

    /// <summary>Drops finished entries at the head.</summary>
    public void Trim()
    {
        while (Count > 0 && _ring[_head] is { Acked: true, Replied: true })
        {
            _head = Index(1);
            First++;
            Count--;
        }
    }

    private int Index(int offset) => (_head + offset) & (_ring.Length - 1);

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = _ring[Index(i)];
        (_ring, _head) = (larger, 0);
    }

    internal struct Entry
    {
        public long Intended;
        public long Seq;

        /// <summary>The connection that first carried it, from 1; a repeat on a later one may be answered before its ack.</summary>
        public int Connection;
        public bool Acked;
        public bool Replied;
    }
}

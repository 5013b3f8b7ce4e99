using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Which external ids a session has seen: hashes of the last 1,000, and of all of the last 24 hours. A hit may be a collision and is
/// looked up in the database; a miss is certain. Eight bytes an id, found by a vectorised scan. The default value is empty.
/// </summary>
internal struct RecentIds
{
    public const int Kept = 1000;
    public const long KeptMicros = 24L * 3600 * 1_000_000;
    private const int FirstSize = 4;

    /// <summary>Hashes in the first half, the minutes in which they came in the second; both rings.</summary>
    private int[]? _ring;
    private int _start;
    private int _count;

    public readonly int Count => _count;

    private readonly int Size => _ring is null ? 0 : _ring.Length / 2;

    public readonly bool MayContain(string id)
    {
        if (_ring is null) return false;
        var hash = id.GetHashCode(StringComparison.Ordinal);
        var first = Math.Min(_count, Size - _start);
        return _ring.AsSpan(_start, first).Contains(hash) || _ring.AsSpan(0, _count - first).Contains(hash);
    }

    public void Add(string id, long micros)
    {
        var minute = (int)(micros / 60_000_000);
        if (_count == Size) MakeRoom(minute);
        var at = (_start + _count) % Size;
        _ring![at] = id.GetHashCode(StringComparison.Ordinal);
        _ring[Size + at] = minute;
        _count++;
    }

    public readonly int MostBytes => PackWriter.MostOfNumber + (_count * 8);

    public readonly void Write(ref PackWriter writer)
    {
        writer.Number(_count);
        if (_count == 0) return;
        WriteRing(ref writer, _ring.AsSpan(0, Size));
        WriteRing(ref writer, _ring.AsSpan(Size));
    }

    public static RecentIds Read(ref PackReader reader)
    {
        var count = (int)reader.Number();
        if (count == 0) return default;

        // room for what made the session go on
        var size = Math.Max(FirstSize, count + (count / 4) + 1);
        var ring = new int[size * 2];
        reader.Bytes(count * 4).Span.CopyTo(MemoryMarshal.AsBytes(ring.AsSpan()));
        reader.Bytes(count * 4).Span.CopyTo(MemoryMarshal.AsBytes(ring.AsSpan(size)));
        return new() { _ring = ring, _count = count };
    }

    private readonly void WriteRing(ref PackWriter writer, ReadOnlySpan<int> ring)
    {
        var first = Math.Min(_count, ring.Length - _start);
        writer.Bytes(MemoryMarshal.AsBytes(ring.Slice(_start, first)));
        writer.Bytes(MemoryMarshal.AsBytes(ring[..(_count - first)]));
    }

    private void MakeRoom(int minute)
    {
        const int Day = (24 * 60) + 1;
        var (old, size) = (_ring ?? [], Size);
        while (_count > Kept && minute - old[size + _start] > Day)
        {
            _start = (_start + 1) % size;
            _count--;
        }

        if (size > 0 && _count <= size / 2) return;
        var larger = Math.Max(FirstSize, size * 2);
        var ring = new int[larger * 2];
        for (var i = 0; i < _count; i++) (ring[i], ring[larger + i]) = (old[(_start + i) % size], old[size + ((_start + i) % size)]);
        (_ring, _start) = (ring, 0);
    }
}

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Which external ids a session has seen: hashes of the last 1,000, and of all of the last 24 hours. A hit may be a collision and is
/// looked up in the database; a miss is certain. Eight bytes an id, found by a vectorised scan.
/// </summary>
internal sealed class RecentIds
{
    public const int Kept = 1000;
    public const long KeptMicros = 24L * 3600 * 1_000_000;

    private int[] _hashes = [];
    private int[] _minutes = [];
    private int _start;
    private int _count;

    public int Count => _count;

    public bool MayContain(string id)
    {
        var hash = id.GetHashCode(StringComparison.Ordinal);
        var first = Math.Min(_count, _hashes.Length - _start);
        return _hashes.AsSpan(_start, first).Contains(hash) || _hashes.AsSpan(0, _count - first).Contains(hash);
    }

    public void Add(string id, long micros)
    {
        var minute = (int)(micros / 60_000_000);
        if (_count == _hashes.Length) MakeRoom(minute);
        var at = (_start + _count) % _hashes.Length;
        _hashes[at] = id.GetHashCode(StringComparison.Ordinal);
        _minutes[at] = minute;
        _count++;
    }

    private void MakeRoom(int minute)
    {
        const int Day = 24 * 60 + 1;
        while (_count > Kept && minute - _minutes[_start] > Day)
        {
            _start = (_start + 1) % _hashes.Length;
            _count--;
        }

        if (_count <= _hashes.Length / 2 && _hashes.Length > 0) return;
        var size = Math.Max(8, _hashes.Length * 2);
        (_hashes, _minutes) = (Grow(_hashes, size), Grow(_minutes, size));
        _start = 0;
    }

    private int[] Grow(int[] old, int size)
    {
        var grown = new int[size];
        for (var i = 0; i < _count; i++) grown[i] = old[(_start + i) % old.Length];
        return grown;
    }
}

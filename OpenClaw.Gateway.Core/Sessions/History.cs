using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>The last entries of a session, for agents: at most 20 and 16 KB, as UTF-8. The default value is empty.</summary>
internal struct History
{
    public const int MaxEntries = 20;
    private const int MaxBytes = 16 * 1024;
    private Kept[]? _entries;
    private int _count;
    private int _bytes;

    public void Add(MessageRecord entry)
    {
        if (entry.Text.IsEmpty) return;
        var text = entry.Text.Truncate(MaxBytes / 2);
        MakeRoom(text.Length);
        _entries![_count++] = new(text.Bytes, entry.At, (int)entry.Seq, entry.From);
        _bytes += text.Length;
    }

    /// <summary>Entries before that seq, oldest first.</summary>
    public readonly IReadOnlyList<HistoryEntry> Before(long seq)
    {
        if (_entries is null) return [];
        var found = new List<HistoryEntry>(_count);
        foreach (var kept in _entries.AsSpan(0, _count))
            if (kept.Seq < seq) found.Add(new(kept.From, new(kept.Text), Micros.ToTime(kept.At)));
        return found;
    }

    private void MakeRoom(int bytes)
    {
        var drop = 0;
        while (drop < _count && (_count - drop >= MaxEntries || _bytes + bytes > MaxBytes)) _bytes -= _entries![drop++].Text.Length;
        if (drop > 0)
        {
            Array.Copy(_entries!, drop, _entries!, 0, _count - drop);
            Array.Clear(_entries!, _count - drop, drop);
            _count -= drop;
        }

        if (_entries is null || _count == _entries.Length) Array.Resize(ref _entries, Math.Min(MaxEntries, Math.Max(2, _count * 2)));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Kept(ReadOnlyMemory<byte> Text, long At, int Seq, MessageFrom From);
}

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
        // a piece of a longer text would keep all of it in memory
        _entries![_count++] = new(text.Length < entry.Text.Length ? text.Bytes.ToArray() : text.Bytes, entry.At, (int)entry.Seq, entry.From);
        _bytes += text.Length;
    }

    /// <summary>What had been said before that entry's turn came, oldest first: entries before it, and answers that came meanwhile to what stood before it.</summary>
    /// <param name="seq">The entry.</param>
    /// <param name="isReplayed">Its turn was long ago: what came since belongs to others.</param>
    public readonly IReadOnlyList<HistoryEntry> Before(long seq, bool isReplayed = false)
    {
        if (_entries is null) return [];
        var found = new List<HistoryEntry>(_count);
        foreach (var kept in _entries.AsSpan(0, _count))
            if (kept.Seq < seq || (!isReplayed && kept.From != MessageFrom.User)) found.Add(new(kept.From, new(kept.Text), Micros.ToTime(kept.At)));
        return found;
    }

    /// <summary>Of its texts.</summary>
    public readonly int Bytes => _bytes;

    public readonly int MostBytes => PackWriter.MostOfNumber + (_count * (1 + (3 * PackWriter.MostOfNumber))) + _bytes;

    /// <summary>A text that is the one before it, in memory (an agent that says what it was told), is written once.</summary>
    public readonly void Write(ref PackWriter writer)
    {
        writer.Number(_count);
        Kept before = default;
        foreach (var kept in _entries.AsSpan(0, _count))
        {
            writer.Byte((byte)kept.From);
            writer.Signed(kept.Seq - (long)before.Seq);
            writer.Signed(kept.At - before.At);
            var isSame = kept.Text.Equals(before.Text);
            writer.Number(isSame ? 0 : kept.Text.Length);
            if (!isSame) writer.Bytes(kept.Text.Span);
            before = kept;
        }
    }

    /// <summary>The texts stay where they are, in the packed array.</summary>
    public static History Read(ref PackReader reader)
    {
        var count = (int)reader.Number();
        if (count == 0) return default;
        var history = new History { _entries = new Kept[Math.Min(MaxEntries, count + 2)], _count = count };
        Kept before = default;
        foreach (ref var kept in history._entries.AsSpan(0, count))
        {
            var from = (MessageFrom)reader.Byte();
            var seq = (int)(before.Seq + reader.Signed());
            var at = before.At + reader.Signed();
            var length = (int)reader.Number();
            kept = before = new(length == 0 ? before.Text : reader.Bytes(length), at, seq, from);
            history._bytes += kept.Text.Length;
        }

        return history;
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

using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>The last entries of a session, for agents: at most 20 and 16 KB, as UTF-8.</summary>
internal sealed class History
{
    public const int MaxEntries = 20;
    private const int MaxBytes = 16 * 1024;
    private readonly Queue<(long Seq, HistoryEntry Entry)> _entries = new(4);
    private int _bytes;

    public void Add(MessageRecord entry)
    {
        if (entry.Text.IsEmpty) return;
        var text = entry.Text.Truncate(MaxBytes / 2);
        _entries.Enqueue((entry.Seq, new(entry.From, text, Micros.ToTime(entry.At))));
        _bytes += text.Length;
        while (_entries.Count > MaxEntries || _bytes > MaxBytes) _bytes -= _entries.Dequeue().Entry.Text.Length;
    }

    /// <summary>Entries before that seq, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Before(long seq) => [.. _entries.Where(e => e.Seq < seq).Select(e => e.Entry)];
}

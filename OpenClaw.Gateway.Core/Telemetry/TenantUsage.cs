namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>One tenant's counters: of today, and of former days until they are written.</summary>
internal sealed class TenantUsage(long today)
{
    private readonly Lock _roll = new();
    private DayUsage _day = new(today);
    private List<DayUsage> _former = [];

    /// <summary>Bytes of all attachments.</summary>
    public long Stored;

    /// <summary>The counters of that day; a clock that goes back finds the newest.</summary>
    public DayUsage On(long number)
    {
        var day = Volatile.Read(ref _day);
        return day.Number >= number ? day : Roll(number);
    }

    public void Seed(long today, UsageNow known)
    {
        var day = On(today);
        day.Seed(known);
        Interlocked.Add(ref Stored, known.Stored);
    }

    public IEnumerable<UsageChange> Unwritten(Guid tenant)
    {
        lock (_roll) return [.. _former.Append(_day).Select(d => d.Unwritten(tenant)).OfType<UsageChange>()];
    }

    public void DropWritten()
    {
        lock (_roll)
            if (_former.Count > 0) _former = [.. _former.Where(d => d.Unwritten(default) is not null)];
    }

    private DayUsage Roll(long number)
    {
        lock (_roll)
        {
            if (_day.Number >= number) return _day;
            _former.Add(_day);
            Volatile.Write(ref _day, new(number));
            return _day;
        }
    }
}

/// <summary>One day's counters and how much of them the table has.</summary>
internal sealed class DayUsage(long number)
{
    public long Messages;
    public long Replies;
    public long Bytes;
    public long InputTokens;
    public long OutputTokens;
    private long _messages, _replies, _bytes, _inputTokens, _outputTokens;

    public long Number => number;

    public void Seed(UsageNow known)
    {
        Interlocked.Add(ref Messages, known.Messages);
        Interlocked.Add(ref Replies, known.Replies);
        Interlocked.Add(ref Bytes, known.AttachmentBytes);
        Interlocked.Add(ref InputTokens, known.InputTokens);
        Interlocked.Add(ref OutputTokens, known.OutputTokens);
        (_messages, _replies, _bytes) = (_messages + known.Messages, _replies + known.Replies, _bytes + known.AttachmentBytes);
        (_inputTokens, _outputTokens) = (_inputTokens + known.InputTokens, _outputTokens + known.OutputTokens);
    }

    /// <summary>Null when the table has all of it.</summary>
    public UsageChange? Unwritten(Guid tenant)
    {
        var change = new UsageChange(
            tenant, number, Volatile.Read(ref Messages) - _messages, Volatile.Read(ref Replies) - _replies, Volatile.Read(ref Bytes) - _bytes,
            Volatile.Read(ref InputTokens) - _inputTokens, Volatile.Read(ref OutputTokens) - _outputTokens, this);
        return change is { Messages: 0, Replies: 0, AttachmentBytes: 0, InputTokens: 0, OutputTokens: 0 } ? null : change;
    }

    public void Written(UsageChange change)
    {
        (_messages, _replies, _bytes) = (_messages + change.Messages, _replies + change.Replies, _bytes + change.AttachmentBytes);
        (_inputTokens, _outputTokens) = (_inputTokens + change.InputTokens, _outputTokens + change.OutputTokens);
    }
}

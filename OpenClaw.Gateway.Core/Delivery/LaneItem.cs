using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>A reply in its lane. What it says is loaded when it is sent, unless it is small and new.</summary>
internal sealed class LaneItem
{
    private volatile bool _isDropped;

    public required long Position { get; init; }
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid SessionId { get; init; }
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>What is sent; null = in the database.</summary>
    public OutgoingReply? Reply { get; set; }

    /// <summary>Attempts so far: what an attempt is numbered by.</summary>
    public int Attempts { get; set; }

    /// <summary>Those of them that count against the channel's policy: not the ones that the platform asked a pause for, or that a stop of the gateway cut off.</summary>
    public int Failures { get; set; }

    /// <summary>How often a person has had it sent again.</summary>
    public int Run { get; set; }

    public DateTimeOffset? FirstAt { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? NextAt { get; set; }
    public List<PartState> Parts { get; init; } = [];
    public bool PossibleDuplicate { get; set; }

    /// <summary>What went wrong last, and its cause.</summary>
    public string? Error { get; set; }
    public string? Cause { get; set; }

    /// <summary>When that was, in this run of the gateway.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>When the platform had all of it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The process died while it was being sent, and nobody has noted that yet.</summary>
    public bool WasCutOff { get; set; }

    /// <summary>From when on its age counts, where that is not when it was written: a person had it sent again.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>The dead letter that it is sent again for.</summary>
    public Guid? Letter { get; set; }

    /// <summary>The replay of many that it is a part of.</summary>
    public Guid? ReplayId { get; set; }

    /// <summary>Its session or tenant is being removed: nothing more is written about it.</summary>
    public bool IsDropped { get => _isDropped; set => _isDropped = value; }

    public static LaneItem Of(MessageRecord reply, OutgoingReply? content) => new()
    {
        Position = reply.Position,
        Id = reply.Id,
        TenantId = reply.TenantId,
        SessionId = reply.SessionId,
        Seq = reply.Seq,
        At = Micros.ToTime(reply.At),
        Reply = content,
    };

    /// <summary>As a row, with what has come of it.</summary>
    public Storage.Entities.Delivery ToRow(Guid channel, string state) => new()
    {
        Position = Position,
        TenantId = TenantId,
        MessageId = Id,
        ChannelId = channel,
        SessionId = SessionId,
        State = state,
        Attempts = Attempts,
        StartedAt = StartedAt,
        NextAt = NextAt,
        Parts = PartState.ToJson(Parts),
        PossibleDuplicate = PossibleDuplicate,
        Error = Error,
    };
}

/// <summary>A session's replies in a lane, in order of seq. Owned by the lane.</summary>
internal sealed class LaneSession(Guid id)
{
    private readonly SortedDictionary<long, LaneItem> _items = [];

    public Guid Id => id;

    public int Count => _items.Count;

    /// <summary>The next to be sent, or the one that is.</summary>
    public LaneItem Head { get; private set; } = null!;

    /// <summary>Its head is being sent.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Of its places in the lane's queues only the newest holds.</summary>
    public int Ticket { get; set; }

    public IEnumerable<LaneItem> Items => _items.Values;

    public void Add(LaneItem item)
    {
        _items[item.Seq] = item;
        if (!IsBusy) SetHead();
    }

    public void Remove(LaneItem item)
    {
        _items.Remove(item.Seq);
        SetHead();
    }

    private void SetHead()
    {
        using var items = _items.GetEnumerator();
        Head = items.MoveNext() ? items.Current.Value : null!;
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Channels;

/// <summary>
/// The door for channels whose platform gives ids that are unique in the whole channel: a message that came before is a duplicate, whatever session it went
/// to. The last 10,000 of seven days count; they are read from the database at a channel's first message.
/// </summary>
internal sealed class ChannelInbox
{
    private readonly IInbox _inbox;
    private readonly ISystemDbFactory _databases;
    private readonly TimeProvider _time;
    private readonly PerChannel<ChannelIds> _channels;

    public ChannelInbox(IInbox inbox, ICatalog catalog, ISystemDbFactory databases, TimeProvider time)
    {
        (_inbox, _databases, _time) = (inbox, databases, time);
        _channels = new(catalog, ReadAsync);
    }

    /// <summary>What is known of a message of that id; null when it did not come before.</summary>
    public async ValueTask<AcceptOutcome?> FindAsync(ChannelModel channel, string externalId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return (await _channels.GetAsync(channel.Id, cancellationToken)).Find(ChannelIds.Key(externalId));
    }

    /// <summary>Durable, known or refused at return.</summary>
    public async ValueTask<AcceptOutcome> AcceptAsync(InboundMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var ids = await _channels.GetAsync(message.Channel.Id, cancellationToken);
        var key = ChannelIds.Key(message.ExternalId);
        var mine = new TaskCompletionSource<AcceptOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!ids.TryBegin(key, mine.Task, out var other, out var known))
        {
            if (known is { } outcome) return outcome;
            // the same id at the same time: what became of the first decides
            await other.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
        }

        AcceptOutcome accepted = default;
        try
        {
            // whoever has begun ends it: the asker may go away, the message stays
            return accepted = await _inbox.AcceptAsync(message, CancellationToken.None);
        }
        finally
        {
            ids.End(key, accepted);
            mine.TrySetResult(accepted);
        }
    }

    private async Task<ChannelIds> ReadAsync(Guid channel)
    {
        var since = _time.GetUtcNow() - ChannelIds.Kept;
        var lowest = MessagePosition.At(since);
        await using var db = _databases.Create();
        var newest = await (from session in db.Sessions
                            where session.ChannelId == channel && session.LastActivityAt >= since
                            join entry in db.SessionEntries on session.Id equals entry.SessionId
                            where entry.Position >= lowest
                            join message in db.Messages on entry.Position equals message.Position
                            where message.ExternalId != null
                            orderby message.Position descending
                            select new { message.ExternalId, message.Id, message.SessionId, message.Seq, message.At }).Take(ChannelIds.Most).ToListAsync();
        var ids = new ChannelIds(_time);
        for (var i = newest.Count - 1; i >= 0; i--) ids.Add(ChannelIds.Key(newest[i].ExternalId!), AcceptOutcome.Known(newest[i].Id, newest[i].SessionId, newest[i].Seq), newest[i].At);
        return ids;
    }
}

/// <summary>A channel's recent ids, as hashes.</summary>
internal sealed class ChannelIds(TimeProvider time)
{
    public const int Most = 10_000;
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, AcceptOutcome> _known = [];
    private readonly Queue<(UInt128 Key, DateTimeOffset At)> _inOrder = new();
    private readonly Dictionary<UInt128, Task> _open = [];

    public static UInt128 Key(string id)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>True when the id is new, and now the asker's to store; else what is known of it, or what to wait for.</summary>
    public bool TryBegin(UInt128 key, Task mine, out Task other, out AcceptOutcome? known)
    {
        lock (_lock)
        {
            known = _known.TryGetValue(key, out var outcome) ? outcome : null;
            other = _open.GetValueOrDefault(key, Task.CompletedTask);
            return known is null && _open.TryAdd(key, mine);
        }
    }

    /// <summary>What is known of it.</summary>
    public AcceptOutcome? Find(UInt128 key)
    {
        lock (_lock) return _known.TryGetValue(key, out var outcome) ? outcome : null;
    }

    public void End(UInt128 key, in AcceptOutcome outcome)
    {
        lock (_lock)
        {
            _open.Remove(key);
            if (outcome.Accepted) Add(key, AcceptOutcome.Known(outcome.MessageId, outcome.SessionId, outcome.Seq), time.GetUtcNow());
        }
    }

    public void Add(UInt128 key, in AcceptOutcome known, DateTimeOffset at)
    {
        var before = time.GetUtcNow() - Kept;
        lock (_lock)
        {
            if (_known.TryAdd(key, known)) _inOrder.Enqueue((key, at));
            while (_inOrder.TryPeek(out var oldest) && (_inOrder.Count > Most || oldest.At < before)) _known.Remove(_inOrder.Dequeue().Key);
        }
    }
}

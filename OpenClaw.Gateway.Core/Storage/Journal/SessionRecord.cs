using System.Diagnostics.CodeAnalysis;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>
/// A session's row while it is in memory. Times in microseconds (<see cref="Micros"/>), JSON as UTF-8. Sessions are very many, so every
/// byte of a field counts: what few of them have belongs to <see cref="SessionExtras"/>.
/// </summary>
internal class SessionRecord
{
    private SessionExtras? _extras;
    private AgentOfMany? _agent;

    public SessionRecord() { }

    /// <summary>Goes on with a row; the other object is given up.</summary>
    [SetsRequiredMembers]
    protected SessionRecord(SessionRecord row, SessionPlace place)
    {
        (Id, RootId, Episode, Place, Address, _extras) = (row.Id, row.RootId, row.Episode, place, row.Address, row._extras);
        (State, AgentId, Assigned, LastSeq) = (row.State, row.AgentId, row.Assigned, row.LastSeq);
        (CreatedAt, LastActivityAt, Stored) = (row.CreatedAt, row.LastActivityAt, row.Stored);
    }

    public required Guid Id { get; init; }
    public required Guid RootId { get; init; }
    public required int Episode { get; init; }

    /// <summary>Tenant and channel: one object for all sessions of a channel.</summary>
    public required SessionPlace Place { get; init; }

    /// <summary>Where it is on the platform, and its user. Without a locale.</summary>
    public required SessionAddress Address { get => AddressIn(Contents); init => Contents = value; }

    public Guid TenantId => Place.TenantId;
    public Guid ChannelId => Place.ChannelId;
    public string Conversation => Address.Conversation;
    public string? Thread => Address.Thread;
    public string UserId => Address.UserId;
    public string? UserName => Address.UserName;
    public SessionState State { get; set; } = SessionState.Init;
    public Guid AgentId { get => _agent?.Id ?? Guid.Empty; set => _agent = Place.Agent(value); }
    public bool Assigned { get; set; }

    /// <summary>Set by the journal inside the transaction.</summary>
    public long LastSeq { get; set; }
    public byte[]? Context { get => _extras?.Context; set => Extras(value is not null)?.Context = value; }
    public byte[]? Preferences { get => _extras?.Preferences; set => Extras(value is not null)?.Preferences = value; }
    public byte[]? AgentSettings { get => _extras?.AgentSettings; set => Extras(value is not null)?.AgentSettings = value; }
    public byte[]? Tools { get => _extras?.Tools; set => Extras(value is not null)?.Tools = value; }
    public long CreatedAt { get; set; }
    public long EndedAt { get => _extras?.EndedAt ?? 0; set => Extras(value != 0)?.EndedAt = value; }
    public long LastActivityAt { get; set; }

    /// <summary>The operator who answers in the agent's place (empty: a program), their name, and since when; null = the agent answers.</summary>
    public Guid? TakenById { get => _extras?.TakenById; set => Extras(value is not null)?.TakenById = value; }
    public string? TakenByName { get => _extras?.TakenByName; set => Extras(value is not null)?.TakenByName = value; }
    public long TakenAt { get => _extras?.TakenAt ?? 0; set => Extras(value != 0)?.TakenAt = value; }

    /// <summary>For the agent's next request.</summary>
    public string? NoteToAgent { get => _extras?.NoteToAgent; set => Extras(value is not null)?.NoteToAgent = value; }

    /// <summary>What few sessions have, as it is now, for <see cref="Recall"/>; null = there is none of it.</summary>
    public SessionExtras? Remember() => _extras?.Copy();

    /// <summary>A transaction was rolled back: takes back what its entries changed of that.</summary>
    public void Recall(SessionExtras? before) => _extras?.TakeBack(before ?? new());

    /// <summary>True when the row is in the database. Owned by the journal.</summary>
    public bool Stored { get; set; }

    /// <summary>The group that is being written has this row. Owned by the journal.</summary>
    public bool InGroup { get; set; }

    /// <summary>When the journal last wrote this row, in milliseconds, of which the upper half is lost: activity alone is written at most once a second.</summary>
    public uint WrittenAt { get; set; }

    /// <summary>Something other than activity changed since. Set and cleared on the journal's thread.</summary>
    public bool Changed { get; set; }

    /// <summary>The address, or what a derived class has it in. Read at any time from any thread.</summary>
    protected object Contents { get; set; } = null!;

    /// <summary>The session that goes on at this one's address.</summary>
    protected SessionRecord? Follower { get => _extras?.Follower; set => Extras(value is not null)?.Follower = value; }

    /// <summary>It has the entry that ends it, stored or about to be.</summary>
    protected bool HasLastWord { get => _extras?.HasLastWord ?? false; set => Extras(value)?.HasLastWord = value; }

    protected virtual SessionAddress AddressIn(object contents) => (SessionAddress)contents;

    /// <summary>Made once something is to be kept there, by whichever thread comes first.</summary>
    private SessionExtras? Extras(bool needed)
    {
        if (_extras is null && needed) Interlocked.CompareExchange(ref _extras, new(), null);
        return _extras;
    }
}

/// <summary>Where sessions are in the gateway.</summary>
internal class SessionPlace(Guid tenantId, Guid channelId)
{
    private volatile AgentOfMany? _agent;

    public Guid TenantId => tenantId;

    public Guid ChannelId => channelId;

    /// <summary>The same object as last time, if it is the same agent: most sessions of a channel have one agent.</summary>
    public AgentOfMany? Agent(Guid id)
    {
        if (id == Guid.Empty) return null;
        if (_agent is { } last && last.Id == id) return last;
        return _agent = new(id);
    }
}

/// <summary>An agent's id, half as large in each session.</summary>
internal sealed class AgentOfMany(Guid id)
{
    public Guid Id => id;
}

/// <summary>What few sessions have.</summary>
internal sealed class SessionExtras
{
    public byte[]? Context { get; set; }
    public byte[]? Preferences { get; set; }
    public byte[]? AgentSettings { get; set; }
    public byte[]? Tools { get; set; }
    public long EndedAt { get; set; }
    public Guid? TakenById { get; set; }
    public string? TakenByName { get; set; }
    public long TakenAt { get; set; }
    public string? NoteToAgent { get; set; }
    public SessionRecord? Follower { get; set; }
    public bool HasLastWord { get; set; }

    public SessionExtras Copy() => (SessionExtras)MemberwiseClone();

    /// <summary>Only what the journal's entries change: the rest may have changed elsewhere.</summary>
    public void TakeBack(SessionExtras before)
    {
        (Context, Preferences, AgentSettings, Tools) = (before.Context, before.Preferences, before.AgentSettings, before.Tools);
        (EndedAt, NoteToAgent) = (before.EndedAt, before.NoteToAgent);
        (TakenById, TakenByName, TakenAt) = (before.TakenById, before.TakenByName, before.TakenAt);
    }
}

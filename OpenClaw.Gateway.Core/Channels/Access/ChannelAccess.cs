using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Access;

/// <summary>
/// Judges who may write. A channel's list is in memory from the first person on that has to be looked up, and read again when somebody decided. Who waits is
/// told the code at once and then at most once a minute.
/// </summary>
internal sealed class ChannelAccess : IChannelAccess
{
    /// <summary>So many may wait in one channel; more are told nothing until somebody decides.</summary>
    public const int MostWaiting = 200;

    private const string CodeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int CodeLength = 8;
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly Lazy<Journal> _journal;
    private readonly ISystemDbFactory _databases;
    private readonly TimeProvider _time;
    private readonly PerChannel<People> _channels;

    public ChannelAccess(Lazy<Journal> journal, ISystemDbFactory databases, ICatalog catalog, TimeProvider time)
    {
        (_journal, _databases, _time) = (journal, databases, time);
        _channels = new(catalog, ReadAsync);
    }

    /// <inheritdoc />
    public ValueTask<AccessOutcome> JudgeAsync(ChannelModel channel, string userId, string? userName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var rules = ChannelRules.Of(channel);
        if (rules.Access == AccessMode.Everyone || rules.Allowed.Contains(userId)) return new(AccessOutcome.Allowed);
        return rules.Access == AccessMode.AllowList ? new(AccessOutcome.Denied) : new(LookUpAsync(channel, userId, userName, cancellationToken));
    }

    /// <inheritdoc />
    public event Action<Guid>? Changed;

    /// <inheritdoc />
    public void Forget(Guid channel)
    {
        _channels.Forget(channel);
        Changed?.Invoke(channel);
    }

    private async Task<AccessOutcome> LookUpAsync(ChannelModel channel, string userId, string? userName, CancellationToken cancellationToken)
    {
        var people = await _channels.GetAsync(channel.Id, cancellationToken);
        var person = people.Find(userId);
        if (person?.State == PairingState.Approved) return AccessOutcome.Allowed;
        if (person?.State == PairingState.Denied) return AccessOutcome.Denied;
        await people.Turn.WaitAsync(cancellationToken);
        try
        {
            var now = _time.GetUtcNow();
            person = people.Find(userId);
            if (person is null && people.Waiting >= MostWaiting) return AccessOutcome.Denied;
            var isNew = person is null;
            person ??= await AddAsync(people, channel, userId, userName, now);
            if (person.State != PairingState.Waiting) return person.State == PairingState.Approved ? AccessOutcome.Allowed : AccessOutcome.Denied;
            if (person.ToldAt is { } told && now - told < TellEvery) return new(false, Code: person.Code);
            person.ToldAt = now;
            if (!isNew) await NoteAsync(channel.Id, userId, userName, now);
            return new(false, $"Hello! You are not known here yet. Give this code to the people who run this chat, so that they let you in: {person.Code}", person.Code);
        }
        finally
        {
            people.Turn.Release();
        }
    }

    private async Task<Person> AddAsync(People people, ChannelModel channel, string userId, string? userName, DateTimeOffset now)
    {
        var row = new Pairing
        {
            Id = RowId.New(now), TenantId = channel.Tenant.Id, ChannelId = channel.Id, UserId = Cut(userId)!, UserName = Cut(userName), State = PairingState.Waiting,
            Code = RandomNumberGenerator.GetString(CodeLetters, CodeLength), CreatedAt = now, LastAt = now,
        };
        // one that is there already stays: somebody may have decided since this list was read
        var kept = await _journal.Value.WorkAsync(db =>
        {
            if (db.Pairings.AsNoTracking().FirstOrDefault(p => p.ChannelId == row.ChannelId && p.UserId == row.UserId) is { } known) return known;
            db.Pairings.Add(row);
            db.SaveInJournal();
            return row;
        });
        return people.Add(kept);
    }

    /// <summary>They wrote again while they wait: told at most as often as the code is.</summary>
    private Task NoteAsync(Guid channel, string userId, string? userName, DateTimeOffset now)
    {
        var (id, name) = (Cut(userId)!, Cut(userName));
        return _journal.Value.WorkAsync(db => db.Pairings.Where(p => p.ChannelId == channel && p.UserId == id && p.State == PairingState.Waiting)
            .ExecuteUpdate(s => s.SetProperty(p => p.LastAt, now).SetProperty(p => p.UserName, p => name ?? p.UserName)));
    }

    private async Task<People> ReadAsync(Guid channel)
    {
        await using var db = _databases.Create();
        var people = new People();
        foreach (var row in await db.Pairings.AsNoTracking().Where(p => p.ChannelId == channel).ToListAsync()) people.Add(row);
        return people;
    }

    private static string? Cut(string? text) => text is { Length: > 400 } ? text[..400] : text;

    private sealed class People
    {
        private readonly ConcurrentDictionary<string, Person> _byId = new(StringComparer.Ordinal);

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Waiting => _byId.Values.Count(p => p.State == PairingState.Waiting);

        public Person? Find(string userId) => _byId.GetValueOrDefault(userId);

        public Person Add(Pairing row) => _byId[row.UserId] = new(row.State, row.Code);
    }

    private sealed class Person(PairingState state, string code)
    {
        public PairingState State => state;

        public string Code => code;

        /// <summary>When they were last told the code. Guarded by the turn.</summary>
        public DateTimeOffset? ToldAt { get; set; }
    }
}

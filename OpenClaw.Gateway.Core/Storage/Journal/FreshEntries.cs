using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>Where an entry of a session stands.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntryPlace(Guid Session, long Seq, long Position);

/// <summary>
/// Entries that are stored and not yet in the index by session. They are indexed in cycles: sorted by session, so that a page of the index
/// is written once for many entries, and in slices beside the groups, so that no group waits long. Used by the journal's thread only.
/// </summary>
internal sealed class FreshEntries
{
    private const int StartAt = 32_768;
    private const int Slice = 256;
    private const int IdleSlice = 1024;
    private const int FewEnough = 1024;

    /// <summary>In place of a seq, which counts from 1: not to be indexed any more.</summary>
    private const long Forgotten = 0;
    private List<EntryPlace> _fresh = [];
    private List<EntryPlace> _cycle = [];
    private int _next;
    private int _slice;
    private long _newest;

    /// <summary>Every message below is indexed; one that comes later with a lower position is indexed with its own group.</summary>
    public long Floor { get; private set; }

    public bool IsCycling => _next < _cycle.Count;

    public bool IsEmpty => _fresh.Count == 0 && !IsCycling;

    public void Start(long floor) => Floor = floor;

    /// <summary>Adds what is to be indexed with this group; <paramref name="idle"/> when there is nothing else to write.</summary>
    public void AddTo(JournalGroup group, bool idle)
    {
        foreach (var message in group.NewMessages)
            if (message.Position < Floor) group.Places.Add(PlaceOf(message));
        if (!IsCycling && (_fresh.Count >= StartAt || (idle && _fresh.Count > 0))) StartCycle();
        _slice = Math.Min(idle ? IdleSlice : Slice, _cycle.Count - _next);
        if (_slice == 0) return;
        for (var i = 0; i < _slice; i++)
            if (_cycle[_next + i].Seq != Forgotten) group.Places.Add(_cycle[_next + i]);
        if (_next + _slice == _cycle.Count) group.Floor = NextFloor(group);
    }

    /// <summary>Adds a session's fresh entries (empty: all, when they are few), for a reader who needs them now.</summary>
    public void AddNow(JournalGroup group, Guid session)
    {
        if (session == Guid.Empty && _fresh.Count + _cycle.Count - _next > FewEnough) return;
        for (var i = _next; i < _cycle.Count; i++) Add(_cycle[i]);
        foreach (var place in _fresh) Add(place);

        void Add(EntryPlace place)
        {
            if (place.Seq != Forgotten && (session == Guid.Empty || place.Session == session)) group.Places.Add(place);
        }
    }

    /// <summary>The same for several sessions, in one walk.</summary>
    public void AddNow(JournalGroup group, IReadOnlySet<Guid> sessions)
    {
        for (var i = _next; i < _cycle.Count; i++) Add(_cycle[i]);
        foreach (var place in _fresh) Add(place);

        void Add(EntryPlace place)
        {
            if (place.Seq != Forgotten && sessions.Contains(place.Session)) group.Places.Add(place);
        }
    }

    /// <summary>
    /// The rows of these sessions are about to be removed, up to <paramref name="newest"/>, and all of them are indexed: they are not indexed
    /// again behind their removal. Their places stay, so that the floor is what it was.
    /// </summary>
    public void Forget(IReadOnlySet<Guid> sessions, long newest)
    {
        if (newest < Floor) return;
        Forget(_cycle, _next, sessions);
        Forget(_fresh, 0, sessions);
    }

    private static void Forget(List<EntryPlace> places, int from, IReadOnlySet<Guid> sessions)
    {
        for (var i = from; i < places.Count; i++)
            if (sessions.Contains(places[i].Session)) places[i] = places[i] with { Seq = Forgotten };
    }

    /// <summary>The group is stored.</summary>
    public void Committed(JournalGroup group)
    {
        if (_slice > 0)
        {
            _next += _slice;
            _slice = 0;
            if (group.Floor != 0) Floor = group.Floor;
            if (!IsCycling) Empty();
        }

        foreach (var message in group.NewMessages)
        {
            _newest = Math.Max(_newest, message.Position);
            if (message.Position >= Floor) _fresh.Add(PlaceOf(message));
        }
    }

    /// <summary>The group was rolled back.</summary>
    public void RolledBack() => _slice = 0;

    private void StartCycle()
    {
        (_cycle, _fresh, _next) = (_fresh, _cycle, 0);
        _cycle.Sort(static (a, b) => a.Session.CompareTo(b.Session) is var order && order != 0 ? order : a.Seq.CompareTo(b.Seq));
    }

    /// <summary>Below everything that is still fresh after this group.</summary>
    private long NextFloor(JournalGroup group)
    {
        var floor = Math.Max(Floor, _newest + 1);
        foreach (var place in _fresh) floor = Math.Min(floor, place.Position);
        foreach (var message in group.NewMessages)
            if (message.Position >= Floor) floor = Math.Min(floor, message.Position);
        return Math.Max(floor, Floor);
    }

    private static EntryPlace PlaceOf(MessageRecord message) => new(message.SessionId, message.Seq, message.Position);

    /// <summary>The cycle is done. What a burst made large is given back when nothing followed.</summary>
    private void Empty()
    {
        _next = 0;
        _cycle.Clear();
        if (_fresh.Count > 0) return;
        if (_cycle.Capacity > StartAt / 8) _cycle = [];
        if (_fresh.Capacity > StartAt / 8) _fresh = [];
    }
}

/// <summary>Lets readers by session see everything that is durable.</summary>
public interface IEntryIndex
{
    /// <summary>
    /// Returns when what was durable before the call can be read by session (empty: by all sessions, unless very much is fresh).
    /// False when the database takes no writes now: the newest entries may be missing.
    /// </summary>
    ValueTask<bool> CatchUpAsync(Guid session, CancellationToken cancellationToken);
}

/// <summary>A reader waits for a session's entries in the index, or for those of several.</summary>
internal sealed class CatchUpEntry(FreshEntries fresh, Guid session, IReadOnlySet<Guid>? several = null) : JournalEntry
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Task => _done.Task;

    public override void AddTo(JournalGroup group, long now)
    {
        if (several is null) fresh.AddNow(group, session);
        else fresh.AddNow(group, several);
    }

    public override void Undo() { }

    public override void Committed() => _done.TrySetResult(true);

    public override void Refused(Exception cause) => _done.TrySetResult(false);
}

/// <summary>Rows are about to be removed by what is appended behind this: see <see cref="FreshEntries.Forget"/>.</summary>
internal sealed class ForgetEntry(FreshEntries fresh, IReadOnlySet<Guid> sessions, long newest) : JournalEntry
{
    public override bool MustBeWritten => true;

    public override bool IsLazy => true;

    public override void AddTo(JournalGroup group, long now) => fresh.Forget(sessions, newest);

    public override void Undo() { }

    public override void Committed() { }

    public override void Refused(Exception cause) { }
}

using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>The sessions that are ticked, whatever the list shows of them now.</summary>
public sealed class Selection
{
    private readonly Dictionary<Guid, SessionView> _chosen = [];
    private Guid? _last;

    /// <summary>How many.</summary>
    public int Count => _chosen.Count;

    /// <summary>Which.</summary>
    public IReadOnlyList<SessionView> Items => [.. _chosen.Values];

    /// <summary>Whether it is ticked.</summary>
    public bool Has(Guid session) => _chosen.ContainsKey(session);

    /// <summary>Ticks one or takes its tick away; with <paramref name="range"/> all between it and the last one are made like it.</summary>
    public void Toggle(SessionView session, bool range, IReadOnlyList<SessionView> rows)
    {
        var on = !Has(session.Id);
        foreach (var row in range ? Between(session.Id, rows) : [session]) Set(row, on);
        _last = session.Id;
    }

    /// <summary>Ticks these.</summary>
    public void Add(IEnumerable<SessionView> rows)
    {
        foreach (var row in rows) Set(row, on: true);
    }

    /// <summary>Takes its tick away.</summary>
    public void Remove(Guid session) => _chosen.Remove(session);

    /// <summary>Ticks none.</summary>
    public void Clear() => _chosen.Clear();

    private void Set(SessionView row, bool on)
    {
        if (on) _chosen[row.Id] = row;
        else _chosen.Remove(row.Id);
    }

    private IEnumerable<SessionView> Between(Guid session, IReadOnlyList<SessionView> rows)
    {
        var (one, two) = (IndexOf(rows, session), _last is { } last ? IndexOf(rows, last) : -1);
        if (two < 0) two = one;
        return rows.Skip(Math.Min(one, two)).Take(Math.Abs(one - two) + 1);
    }

    private static int IndexOf(IReadOnlyList<SessionView> rows, Guid session)
    {
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Id == session) return i;
        return -1;
    }
}

using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// The part of the list that is loaded. It grows towards older and newer ones and gives back what is far from the reader, so that a list
/// of any length costs the same. A search for text goes on by itself until a page is found.
/// </summary>
internal sealed class SessionWindow(Guid tenant, SessionQueries sessions, SessionNeighbours neighbours, TimeProvider time)
{
    /// <summary>More rows are not kept.</summary>
    public const int Most = 400;

    private const int PageSize = PageRequest.DefaultLimit;
    private readonly List<SessionView> _rows = [];
    private ListQuery _query = new();

    /// <summary>Newest activity first; null before anything was loaded.</summary>
    public IReadOnlyList<SessionView>? Rows { get; private set; }

    /// <summary>Where older ones begin; null at the end. In a search: from where it goes on.</summary>
    public string? Next { get; private set; }

    /// <summary>There are newer ones above.</summary>
    public bool HasNewer { get; private set; }

    /// <summary>So many sessions were searched without a whole page of hits.</summary>
    public int Searched { get; private set; }

    /// <summary>A search may go on: its page is not full, and there are sessions that it has not seen.</summary>
    public bool IsUnfinished => _query.Text is not null && Next is not null && _wanted > _rows.Count;

    private int _wanted = PageSize;

    /// <summary>Begins anew, at the newest or at a place in the list.</summary>
    public async Task StartAsync(ListQuery query, string? after, CancellationToken cancellationToken)
    {
        var page = await sessions.ListAsync(tenant, query.ToFilter(time.GetUtcNow()), new(PageSize, after), cancellationToken);
        (_query, _wanted, Searched) = (query, PageSize, 0);
        _rows.Clear();
        Take(page);
        HasNewer = after is not null && query.Text is null;
    }

    /// <summary>Loads older ones; in a search, looks through the next part.</summary>
    public async Task OlderAsync(CancellationToken cancellationToken)
    {
        if (Next is null) return;
        if (!IsUnfinished) _wanted = _rows.Count + PageSize;
        Take(await sessions.ListAsync(tenant, Filter, new(PageSize, Next), cancellationToken));
        if (_query.Text is not null || _rows.Count <= Most) return;
        _rows.RemoveRange(0, _rows.Count - Most);
        HasNewer = true;
        Publish();
    }

    /// <summary>Loads newer ones.</summary>
    public async Task NewerAsync(CancellationToken cancellationToken)
    {
        if (!HasNewer || _rows.Count == 0) return;
        var page = await neighbours.NewerAsync(tenant, Filter, new(PageSize, SessionNeighbours.PlaceOf(_rows[0])), cancellationToken);
        InsertNew(page.Items);
        HasNewer = page.Next is not null;
        if (_rows.Count > Most)
        {
            _rows.RemoveRange(Most, _rows.Count - Most);
            Next = SessionNeighbours.PlaceOf(_rows[^1]);
        }

        Publish();
    }

    /// <summary>Brings the top up to date and leaves what is loaded below it. Only where nothing newer is left out.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var page = await sessions.ListAsync(tenant, Filter, new(PageSize), cancellationToken);
        var fresh = page.Items.Select(s => s.Id).ToHashSet();
        // rows move up only: what was loaded and is not at the top now is below it, unless more than a page has moved
        var rest = page.Next is not null && _rows.Exists(r => fresh.Contains(r.Id)) ? _rows.FindAll(r => !fresh.Contains(r.Id) && IsBelow(r, page.Items[^1])) : [];
        _rows.Clear();
        _rows.AddRange(page.Items);
        _rows.AddRange(rest);
        if (rest.Count == 0) Next = page.Next;
        HasNewer = false;
        Publish();
    }

    /// <summary>How many stand before the first row now.</summary>
    public async Task<int> CountNewerAsync(CancellationToken cancellationToken) =>
        _rows.Count == 0 ? 0 : await neighbours.CountNewerAsync(tenant, Filter, SessionNeighbours.PlaceOf(_rows[0]), cancellationToken);

    private SessionFilter Filter => _query.ToFilter(time.GetUtcNow());

    private static bool IsBelow(SessionView row, SessionView other) => row.LastActivityAt < other.LastActivityAt || (row.LastActivityAt == other.LastActivityAt && row.Id != other.Id);

    private void Take(Page<SessionView> page)
    {
        var known = _rows.Select(r => r.Id).ToHashSet();
        _rows.AddRange(page.Items.Where(s => known.Add(s.Id)));
        Next = page.Next;
        if (_query.Text is not null && page.Items.Count < PageSize && page.Next is not null) Searched += SessionQueries.SearchWindow;
        Publish();
    }

    private void InsertNew(IReadOnlyList<SessionView> newer)
    {
        var moved = newer.Select(s => s.Id).ToHashSet();
        _rows.RemoveAll(r => moved.Contains(r.Id));
        _rows.InsertRange(0, newer);
    }

    private void Publish() => Rows = [.. _rows];
}

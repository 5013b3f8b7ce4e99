using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>
/// A table of what the page has loaded: the page pages, sorts and filters on the server and hands over the items. Rows keep their place
/// on a refresh, as they are known by <see cref="ItemKey"/>.
/// </summary>
public sealed partial class DataTable<T>
{
    private readonly List<DataColumn<T>> _columns = [];
    private readonly Dictionary<string, bool> _chosen = new(StringComparer.Ordinal);
    private bool _dense;
    private bool _loading;

    /// <summary>What the table lists, for screen readers: <c>Channels</c>.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The rows; null while they are loading.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<T>? Items { get; set; }

    /// <summary>What makes a row the same after a refresh: its id.</summary>
    [Parameter, EditorRequired]
    public required Func<T, object> ItemKey { get; set; }

    /// <summary>The columns, as <see cref="DataColumn{T}"/>. The first cannot be hidden and carries the row's link.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment Columns { get; set; }

    /// <summary>Where a row leads; the whole row can be clicked.</summary>
    [Parameter]
    public Func<T, string?>? RowHref { get; set; }

    /// <summary>The row that is open beside the table.</summary>
    [Parameter]
    public Func<T, bool>? IsCurrent { get; set; }

    /// <summary>Buttons at a row's end.</summary>
    [Parameter]
    public RenderFragment<T>? RowActions { get; set; }

    /// <summary>Shown instead of the table where there is no row: an <see cref="EmptyState"/>.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>Left in the line above the table: a <see cref="FilterBar"/>.</summary>
    [Parameter]
    public RenderFragment? Toolbar { get; set; }

    /// <summary>How the rows are sorted: a column's <see cref="DataColumn{T}.Sort"/>, with a minus before it for descending. Keep it in the address.</summary>
    [Parameter]
    public string? Sort { get; set; }

    /// <summary>Raised when another order is wanted.</summary>
    [Parameter]
    public EventCallback<string?> SortChanged { get; set; }

    /// <summary>There is a further page.</summary>
    [Parameter]
    public bool HasMore { get; set; }

    /// <summary>Loads it and adds it to <see cref="Items"/>.</summary>
    [Parameter]
    public EventCallback OnMore { get; set; }

    /// <summary>The words of the button for it.</summary>
    [Parameter]
    public string MoreText { get; set; } = "Load more";

    /// <summary>Exports all rows (see <see cref="Csv"/>); without it there is no such button.</summary>
    [Parameter]
    public EventCallback OnExport { get; set; }

    /// <summary>The name under which this browser remembers columns and density: <c>channels</c>. Null = no choice of them.</summary>
    [Parameter]
    public string? Remember { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter]
    public string? Class { get; set; }

    [Inject]
    private KitScript Script { get; set; } = default!;

    private IEnumerable<DataColumn<T>> ShownColumns => _columns.Where(IsShown);

    internal void Join(DataColumn<T> column)
    {
        _columns.Add(column);
        StateHasChanged();
    }

    internal void Leave(DataColumn<T> column)
    {
        _columns.Remove(column);
        StateHasChanged();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || Remember is null) return;
        if (await Script.InvokeAsync<string?>("recall", $"table:{Remember}") is not { } stored) return;
        try
        {
            var view = JsonSerializer.Deserialize<View>(stored);
            _dense = view?.Dense ?? false;
            foreach (var (title, shown) in view?.Columns ?? []) _chosen[title] = shown;
        }
        catch (JsonException)
        {
            // written by something else: the defaults stay
        }

        StateHasChanged();
    }

    private bool IsShown(DataColumn<T> column) => column == _columns[0] || _chosen.GetValueOrDefault(column.Title, !column.Hidden);

    private string SortOf(DataColumn<T> column) => Sort == column.Sort ? "ascending" : Sort == $"-{column.Sort}" ? "descending" : "none";

    private Task SortAsync(DataColumn<T> column) => SortChanged.InvokeAsync(SortOf(column) == "ascending" ? $"-{column.Sort}" : column.Sort);

    private Task DenseAsync(bool dense)
    {
        _dense = dense;
        return KeepAsync();
    }

    private Task ChooseAsync(DataColumn<T> column, bool shown)
    {
        _chosen[column.Title] = shown;
        return KeepAsync();
    }

    private async Task KeepAsync() => await Script.RunAsync("remember", $"table:{Remember}", JsonSerializer.Serialize(new View(_dense, _chosen)));

    private async Task MoreAsync()
    {
        if (_loading) return;
        _loading = true;
        try
        {
            await OnMore.InvokeAsync();
        }
        finally
        {
            _loading = false;
        }
    }

    private sealed record View(bool Dense, Dictionary<string, bool> Columns);
}

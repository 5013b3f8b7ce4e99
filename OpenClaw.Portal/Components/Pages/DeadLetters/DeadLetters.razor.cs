using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>The list of dead letters and the chosen one; filters, page and choice are in the address.</summary>
public sealed partial class DeadLetters
{
    private static readonly string[] States = ["open", "replayed", "discarded"];
    private readonly CancellationTokenSource _stop = new();
    private IAsyncDisposable? _live;
    private (DeadLetterFilter, string?, Guid?)? _loaded;

    /// <summary>The chosen dead letter.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Cause { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Channel { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Agent { get; set; }

    [SupplyParameterFromQuery]
    private string? After { get; set; }

    [Inject]
    private DeadLetterQueries Queries { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private Page<DeadLetterView>? Page { get; set; }

    private DeadLetterView? Letter { get; set; }

    private IReadOnlyList<Named> Agents { get; set; } = [];

    private string? Fault { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(State) || !string.IsNullOrEmpty(Cause) || Channel is not null || Agent is not null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Agents = await Names.AgentsAsync(TenantId, _stop.Token);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (new DeadLetterFilter { State = State, Cause = Cause, Channel = Channel, Agent = Agent }, After, Id);
        if (wanted == _loaded) return;
        await LoadAsync(wanted);
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Refreshes.Start(TenantId, happened => happened is null or { Type: EventTypes.DeadLetterAdded }, () => InvokeAsync(RefreshAsync));
    }

    private async Task RefreshAsync()
    {
        try
        {
            if (After is null && _loaded is { } shown) await LoadAsync(shown);
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task LoadAsync((DeadLetterFilter Filter, string? After, Guid? Id) wanted)
    {
        try
        {
            Page = await Queries.ListAsync(TenantId, wanted.Filter, new(PageRequest.DefaultLimit, wanted.After), _stop.Token);
            Letter = wanted.Id is { } id ? await Queries.GetAsync(TenantId, id, _stop.Token) : null;
            Fault = null;
        }
        catch (InvalidInputException)
        {
            Fault = "This address names a place in the list that is not there. Clear the filters to begin anew.";
        }

        _loaded = wanted;
    }

    private void Filter(string name, ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            [name] = change.Value is string { Length: > 0 } value ? value : null,
            ["after"] = null,
        }));

    private string Address(Guid? letter, string? after) =>
        Navigation.GetUriWithQueryParameters(
            Navigation.ToAbsoluteUri(letter is null ? $"{Base}/dead-letters" : $"{Base}/dead-letters/{letter}").ToString(),
            new Dictionary<string, object?> { ["state"] = State, ["cause"] = Cause, ["channel"] = Channel, ["agent"] = Agent, ["after"] = after });
}

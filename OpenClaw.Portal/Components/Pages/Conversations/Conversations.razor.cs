using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// The list of sessions and, beside it, the chosen one. Filters, page and choice are in the address. The first page is live while the
/// reader is at its top; scrolled down it stands still and says that there is news.
/// </summary>
public sealed partial class Conversations
{
    private static readonly string[] States = ["active", "dormant", "expired"];
    private readonly CancellationTokenSource _stop = new();
    private ElementReference _scroll;
    private LiveEnd? _end;
    private IAsyncDisposable? _live;
    private (SessionFilter, string?)? _loaded;

    /// <summary>The chosen session.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Channel { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Agent { get; set; }

    [SupplyParameterFromQuery]
    private string? User { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? After { get; set; }

    /// <summary>The message whose timeline is open.</summary>
    [SupplyParameterFromQuery]
    private Guid? Message { get; set; }

    [Inject]
    private SessionQueries Sessions { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    private Page<SessionView>? Page { get; set; }

    private IReadOnlyList<Named> Agents { get; set; } = [];

    private string? Fault { get; set; }

    private bool HasNews { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(State) || Channel is not null || Agent is not null || !string.IsNullOrEmpty(User) || !string.IsNullOrEmpty(Text);

    private SessionFilter CurrentFilter => new()
    {
        State = Enum.TryParse<SessionState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
        Channel = Channel,
        Agent = Agent,
        User = User,
        Text = Text,
    };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        if (_end is not null) await _end.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Agents = await Names.AgentsAsync(TenantId, _stop.Token);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (CurrentFilter, After);
        if (wanted == _loaded) return;
        _loaded = wanted;
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _live = Refreshes.Start(TenantId, Concerns, () => InvokeAsync(RefreshAsync));
        _end = await LiveEnd.FollowAsync(Script, _scroll, "top", _ => Task.CompletedTask);
    }

    private static bool Concerns(GatewayEvent? happened) =>
        happened is null || happened.Type is EventTypes.SessionCreated or EventTypes.SessionUpdated or EventTypes.MessageReceived or EventTypes.ResponseGenerated;

    private static string NameOf(SessionView session) =>
        !string.IsNullOrEmpty(session.User.Name) ? session.User.Name : session.User.Id.Length > 28 ? session.User.Id[..28] + "…" : session.User.Id;

    private async Task RefreshAsync()
    {
        try
        {
            if (After is not null) return;
            if (_end is { IsLive: false }) HasNews = true;
            else await LoadAsync();
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

    private async Task LoadAsync()
    {
        try
        {
            Page = await Sessions.ListAsync(TenantId, CurrentFilter, new(PageRequest.DefaultLimit, After), _stop.Token);
            (Fault, HasNews) = (null, false);
        }
        catch (InvalidInputException)
        {
            Fault = "This address names a place in the list that is not there. Clear the filters to begin anew.";
        }
    }

    private async Task ShowNewsAsync()
    {
        if (_end is not null) await _end.ToEndAsync();
        await LoadAsync();
    }

    private void Filter(string name, ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            [name] = change.Value is string { Length: > 0 } value ? value.Trim() : null,
            ["after"] = null,
        }));

    private void OpenMessage(Guid? message) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("message", message), new NavigationOptions { ReplaceHistoryEntry = true });

    /// <summary>The address of this list, with its filters, for another choice or place.</summary>
    private string Here(Guid? session = null, bool clear = false) => Address(session, clear, After);

    private string Here(string? after) => Address(Id, clear: false, after);

    private string Address(Guid? session, bool clear, string? after)
    {
        var path = session is null ? $"{Base}/conversations" : $"{Base}/conversations/{session}";
        return clear ? path : Navigation.GetUriWithQueryParameters(Navigation.ToAbsoluteUri(path).ToString(), new Dictionary<string, object?>
        {
            ["state"] = State,
            ["channel"] = Channel,
            ["agent"] = Agent,
            ["user"] = User,
            ["text"] = Text,
            ["after"] = after,
        });
    }
}

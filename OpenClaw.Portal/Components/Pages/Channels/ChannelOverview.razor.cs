using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>How a channel does: state, figures, who wrote last, what happens.</summary>
public sealed partial class ChannelOverview : IAsyncDisposable
{
    private const int Shown = 5;
    private readonly CancellationTokenSource _stop = new();
    private IAsyncDisposable? _live;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The channel.</summary>
    [Parameter, EditorRequired]
    public required ChannelView View { get; set; }

    /// <summary>How it does.</summary>
    [Parameter, EditorRequired]
    public required ChannelStatus Status { get; set; }

    /// <summary>What waits in it; null when that is not known.</summary>
    [Parameter]
    public QueueView? Queue { get; set; }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>The person may stop it.</summary>
    [Parameter]
    public bool MayOperate { get; set; }

    /// <summary>The person may have it connected anew.</summary>
    [Parameter]
    public bool MayRestart { get; set; }

    /// <summary>It is to be connected anew, now.</summary>
    [Parameter]
    public EventCallback Restart { get; set; }

    /// <summary>It was stopped, or goes on.</summary>
    [Parameter]
    public EventCallback QueueChanged { get; set; }

    [Inject]
    private SessionQueries Queries { get; set; } = default!;

    [Inject]
    private LiveRefreshes Refreshes { get; set; } = default!;

    /// <summary>Its connection is what is wrong, and its panel says so.</summary>
    private bool IsToldAbove => Status is { State: "failing", Connection: { State: not ConnectionView.Connected } };

    private IReadOnlyList<SessionView>? Sessions { get; set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_live is not null) await _live.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Refreshes.Start(TenantId, happened => happened is null || happened.Channel == View.Id, () => InvokeAsync(RefreshAsync));
    }

    private async Task LoadAsync() => Sessions = (await Queries.ListAsync(TenantId, new() { Channel = View.Id }, new(Shown), _stop.Token)).Items;

    private async Task RefreshAsync()
    {
        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
    }
}

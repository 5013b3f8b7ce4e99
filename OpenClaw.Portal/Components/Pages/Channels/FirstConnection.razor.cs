using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>Looks each second how the connection of a new channel comes along.</summary>
public sealed partial class FirstConnection : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The channel.</summary>
    [Parameter, EditorRequired]
    public required Guid Channel { get; set; }

    /// <summary>Its kind.</summary>
    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    /// <summary>It shall be tried again at once.</summary>
    [Parameter, EditorRequired]
    public required EventCallback OnRetry { get; set; }

    [Inject]
    private ChannelStatusQuery Statuses { get; set; } = default!;

    [Inject]
    private TestChannel Test { get; set; } = default!;

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    [Inject]
    private ChannelKinds Kinds { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private ChannelStatus? Status { get; set; }

    private IReadOnlyList<PreflightCheck>? Checks { get; set; }

    private bool IsConnected => Status?.Connection is { State: ConnectionView.Connected };

    /// <summary>Where people find the bot, for platforms that have an address for it by its name; others say it in the checks.</summary>
    private string? Link => Kind == "telegram" && Status?.Connection?.Account is ['@', .. var name] && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? $"https://t.me/{name}" : null;

    /// <summary>The address, of a channel that goes by mail.</summary>
    private string? Mail => Kind == "email" && Catalog.FindChannel(Channel)?.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty("address", out var address) ? address.ToString() : null;

    /// <summary>A channel that runs and holds no connection yet is on its way to one.</summary>
    private string State => Status is null or { State: "running", Connection.State: "off" } ? "connecting" : Status.Connection?.State ?? "connecting";

    private string Title => IsConnected ? "It is connected" : Status is { State: "failing" } ? "It is not connected" : $"Connecting to {Kinds.Find(Kind)?.Title ?? Kind}…";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Status = await Statuses.GetAsync(TenantId, Channel, _stop.Token);

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _looking = LookAsync();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await InvokeAsync(RefreshAsync);
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

    private async Task RefreshAsync()
    {
        Status = await Statuses.GetAsync(TenantId, Channel, _stop.Token);
        StateHasChanged();
        // where to write to it stands in the checks: asked once, when there is somebody to ask
        if (!IsConnected || Checks is not null || Mail is not null) return;
        Checks = await Test.RunAsync(TenantId, Channel, _stop.Token) ?? [];
        StateHasChanged();
    }
}

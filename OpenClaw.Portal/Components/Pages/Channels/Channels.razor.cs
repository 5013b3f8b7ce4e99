using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Pairings;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>The tenant's channels with their states, anew each second.</summary>
public sealed partial class Channels
{
    private const int PageSize = 100;
    private const int LookEvery = 5;
    private static readonly Choice[] States =
    [
        new("running", "Running"), new("no_connection", "No connection yet"), new("connecting", "Connecting"), new("warning", "With a warning"), new("failing", "Failing"), new("disabled", "Off"), new("suspended", "Suspended"),
    ];

    private readonly HashSet<Guid> _busy = [];
    private int _most = PageSize;
    private int _ticks;

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Sort { get; set; }

    [Inject]
    private ChannelsService Service { get; set; } = default!;

    [Inject]
    private SaveChannel Save { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PairingQueries Pairings { get; set; } = default!;

    private IReadOnlyList<ChannelItem>? All { get; set; }

    private int Waiting { get; set; }

    private IReadOnlyList<Choice> Kinds => [.. (All ?? []).Select(c => c.Kind).Distinct().Order().Select(k => new Choice(k, k))];

    private IReadOnlyList<ChannelItem> Found => [.. Order((All ?? []).Where(Fits))];

    private IReadOnlyList<ChannelItem>? Shown => All is null ? null : [.. Found.Take(_most)];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        All = await Service.ChannelsAsync(TenantId, Gone);
        // who waits is in the database alone: not every second
        if (_ticks++ % LookEvery == 0) Waiting = (await Pairings.WaitingAsync(TenantId, Gone)).Values.Sum();
    }

    private bool Fits(ChannelItem channel) =>
        (string.IsNullOrEmpty(Text) || channel.Name.Contains(Text, StringComparison.CurrentCultureIgnoreCase) || channel.Agent?.Contains(Text, StringComparison.CurrentCultureIgnoreCase) == true)
        && (string.IsNullOrEmpty(Kind) || channel.Kind == Kind) && (string.IsNullOrEmpty(State) || channel.State == State);

    private IEnumerable<ChannelItem> Order(IEnumerable<ChannelItem> channels) => Sort switch
    {
        "-name" => channels.Reverse(),
        "open" => channels.OrderBy(c => c.Status.OpenSockets),
        "-open" => channels.OrderByDescending(c => c.Status.OpenSockets),
        "in" => channels.OrderBy(c => c.Status.InToday),
        "-in" => channels.OrderByDescending(c => c.Status.InToday),
        _ => channels,
    };

    private async Task SwitchAsync(ChannelItem channel)
    {
        if (!_busy.Add(channel.Id)) return;
        try
        {
            await SetAsync(channel.Id, !channel.Enabled);
            if (channel.Enabled && Catalog.FindChannel(channel.Id) is { Enabled: false }) Toasts.Show($"“{channel.Name}” is off: its connections are closed.", undo: () => InvokeAsync(() => SetAsync(channel.Id, enabled: true)));
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy.Remove(channel.Id);
        }
    }

    private async Task SetAsync(Guid channel, bool enabled)
    {
        var result = await Save.PatchAsync(await CallerAsync(), channel, JsonSerializer.SerializeToElement(new { enabled }));
        if (result.Status != AdminStatus.Done) Toasts.Fail(FormResult.From(result).Fault ?? string.Join(" ", result.Errors.Values.SelectMany(e => e)));
        await RefreshAsync();
        StateHasChanged();
    }
}

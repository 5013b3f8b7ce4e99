using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Pairings;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Pairings;

/// <summary>People who ask to be let in, anew each second: let in, refuse, take off the list.</summary>
public sealed partial class Pairings
{
    private const int PageSize = 50;
    private const int MostShown = PageRequest.MaxLimit;
    private readonly HashSet<Guid> _busy = [];
    private int _shown = PageSize;
    private (string State, string? Channel, string? Text) _of;

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Channel { get; set; }

    [Inject]
    private PairingQueries Queries { get; set; } = default!;

    [Inject]
    private DecidePairing Decide { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private IReadOnlyList<PairingView>? Items { get; set; }

    private bool HasMore { get; set; }

    private int Waiting { get; set; }

    private string State => Tab is PairingStates.Approved or PairingStates.Denied ? Tab : PairingStates.Waiting;

    private IReadOnlyList<Tab> Parts => [new("", "Waiting", Waiting), new(PairingStates.Approved, "Let in"), new(PairingStates.Denied, "Refused")];

    private IReadOnlyList<Choice> Channels => [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];

    private string Label => State switch
    {
        PairingStates.Approved => "People who were let in",
        PairingStates.Denied => "People who were refused",
        _ => "People who wait",
    };

    private string EmptyTitle => State switch
    {
        PairingStates.Approved => "Nobody was let in",
        PairingStates.Denied => "Nobody was refused",
        _ => "Nobody waits",
    };

    private string EmptyText => State switch
    {
        PairingStates.Approved => "Whom you let in stands here, and can be refused again at any time.",
        PairingStates.Denied => "Whom you refuse stands here, and can be let in again at any time.",
        _ => "Whoever is unknown and writes gets a code, and stands here at once.",
    };

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Items is not null && _of == (State, Channel, Text)) return;
        (_of, _shown, Items) = ((State, Channel, Text), PageSize, null);
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        var asked = (State, Channel, Text);
        var filter = new PairingFilter(State, Channel is null ? null : Guid.TryParse(Channel, out var channel) ? channel : Guid.Empty, Text);
        var page = await Queries.ListAsync(await CallerAsync(), new(_shown), filter, Gone);
        var waiting = await Queries.WaitingAsync(TenantId, Gone);
        if (asked != (State, Channel, Text)) return; // another list was asked for meanwhile
        (Items, HasMore, Waiting) = (page.Items, page.Next is not null && _shown < MostShown, waiting.Values.Sum());
    }

    private static string NameOf(PairingView person) => person.User.Name ?? person.User.Id;

    private bool IsPairing(ChannelModel channel) =>
        channel.Tenant.Id == TenantId && channel.Settings.ValueKind == JsonValueKind.Object && channel.Settings.TryGetProperty("access", out var access) && access.ValueKind == JsonValueKind.String && access.ValueEquals("pairing");

    private Task MoreAsync()
    {
        _shown = Math.Min(_shown + PageSize, MostShown);
        return RefreshAsync();
    }

    private Task ApproveAsync(PairingView person) => DoAsync(person, async caller =>
    {
        var result = await Decide.ApproveAsync(caller, person.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{NameOf(person)}” may write from now on.", undo: () => BackAsync(person));
        return result.Status;
    });

    private Task DenyAsync(PairingView person) => DoAsync(person, async caller =>
    {
        var result = await Decide.DenyAsync(caller, person.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{NameOf(person)}” is refused, and told nothing.", undo: () => BackAsync(person));
        return result.Status;
    });

    private async Task RemoveAsync(PairingView person)
    {
        if (!await Confirm.AskAsync($"Take “{NameOf(person)}” off the list?", "Who is off the list may not write. When they do, they ask anew and get another code.", "Take off the list", danger: true)) return;
        await DoAsync(person, async caller =>
        {
            var result = await Decide.RemoveAsync(caller, person.Id);
            if (result.Status == AdminStatus.Done) Toasts.Show($"“{NameOf(person)}” is off the list.");
            return result.Status;
        });
    }

    /// <summary>As it was before the decision.</summary>
    private Task BackAsync(PairingView before) => InvokeAsync(async () =>
    {
        await DoAsync(before, async caller => (before.State switch
        {
            PairingStates.Approved => await Decide.ApproveAsync(caller, before.Id),
            PairingStates.Denied => await Decide.DenyAsync(caller, before.Id),
            _ => await Decide.ReopenAsync(caller, before.Id),
        }).Status);
        StateHasChanged();
    });

    private async Task DoAsync(PairingView person, Func<Caller, Task<AdminStatus>> step)
    {
        if (!_busy.Add(person.Id)) return;
        try
        {
            if (await step(await CallerAsync()) != AdminStatus.Done) Toasts.Fail($"“{NameOf(person)}” is not on the list any more: somebody took them off, or the channel was deleted.");
            await RefreshAsync();
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy.Remove(person.Id);
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.EventWebhooks;

/// <summary>One endpoint: how it does, a test, its secret, and its log, from which events are sent again.</summary>
public sealed partial class EventWebhookPage
{
    private static readonly Choice[] Overlaps = [new("24", "24 hours"), new("168", "7 days"), new("720", "30 days"), new("1", "1 hour"), new("0", "Not at all: it ends now")];

    private (Guid, EventDeliveryFilter)? _of;
    private Dialog _dialog;
    private bool _loaded;
    private bool _busy;
    private bool _older;
    private string? _overlap = "24";
    private EventWebhookTest? _test;
    private SecretView? _rotated;
    private EventDeliveryView? _shown;

    private enum Dialog
    {
        None,
        Edit,
        Rotate,
        Resend,
        Delivery,
    }

    /// <summary>The endpoint.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    [SupplyParameterFromQuery]
    private string? Since { get; set; }

    [Inject]
    private EventWebhookQueries Queries { get; set; } = default!;

    [Inject]
    private SaveEventWebhook Save { get; set; } = default!;

    [Inject]
    private DeleteEventWebhook Deletion { get; set; } = default!;

    [Inject]
    private TestEventWebhook Test { get; set; } = default!;

    [Inject]
    private ResendEvents Resend { get; set; } = default!;

    [Inject]
    private RotateSecret Rotation { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private EventWebhookView? View { get; set; }

    private IReadOnlyList<EventDeliveryView>? Log { get; set; }

    private string? Next { get; set; }

    private EventDeliveryFilter Filter => new(
        State, Type, DateTimeOffset.TryParse(Since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since) ? since : null);

    private bool IsFiltered => Filter != new EventDeliveryFilter();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_of == (Id, Filter)) return;
        (_of, _older, Log) = ((Id, Filter), false, null);
        await RefreshAsync();
        _loaded = true;
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        View = await Queries.GetAsync(TenantId, Id, Gone);
        if (View is null || _older) return; // who reads older ones is not pushed about
        if (await Queries.DeliveriesAsync(TenantId, Id, Filter, new(PageRequest.DefaultLimit), Gone) is { } page) (Log, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        if (await Queries.DeliveriesAsync(TenantId, Id, Filter, new(PageRequest.DefaultLimit, Next), Gone) is { } page) (Log, Next, _older) = ([.. Log ?? [], .. page.Items], page.Next, true);
    }

    private void Close() => _dialog = Dialog.None;

    private async Task TestAsync()
    {
        (_busy, _test) = (true, null);
        var result = await Test.RunAsync(await CallerAsync(), Id, Gone);
        (_busy, _test) = (false, result.Value);
        if (result.Value is null) Toasts.Fail(result.Reason ?? "It is not there any more.");
    }

    private async Task<FormResult> SaveAsync(JsonElement body)
    {
        var result = await Save.PatchAsync(await CallerAsync(), Id, body, View?.Version);
        if (result.Status == AdminStatus.Stale) return FormResult.Failed("Somebody else has changed it since. Close this and look at what is there now.");
        if (result.Value is null) return FormResult.From(result);
        Close();
        await RefreshAsync();
        return FormResult.Saved($"“{result.Value.Name}” is saved.");
    }

    private async Task<FormResult> RotateAsync()
    {
        var result = await Rotation.OfEventWebhookAsync(await CallerAsync(), Id, SecretNames.SigningSecret, double.Parse(_overlap ?? "0", CultureInfo.InvariantCulture));
        if (result.Value is not { } rotated) return FormResult.From(result);
        _rotated = rotated;
        Close();
        await RefreshAsync();
        return FormResult.Saved();
    }

    private async Task ShowAsync(EventDeliveryView delivery)
    {
        _shown = await Queries.DeliveryAsync(TenantId, Id, delivery.Id, Gone);
        if (_shown is null) Toasts.Fail("This event is not in the log any more.");
        else _dialog = Dialog.Delivery;
    }

    private async Task ResendAsync(EventDeliveryView delivery)
    {
        if (delivery.State == EventDeliveryStates.Delivered && !await Confirm.AskAsync("Send it again?", "The endpoint has taken this event. It gets it once more, with the same id.", "Send again")) return;
        var result = await Resend.OneAsync(await CallerAsync(), Id, delivery.Id);
        if (result.Value is { Count: > 0 }) Toasts.Show(View is { Enabled: false } ? "It is sent when the webhook is on again." : "It is being sent.");
        else Toasts.Fail("This event is not in the log any more.");
        await RefreshAsync();
    }

    private async Task<FormResult> ResendSinceAsync(DateTimeOffset since, string? state)
    {
        var result = await Resend.SinceAsync(await CallerAsync(), Id, since, state);
        if (result.Value is not { } resent) return FormResult.From(result);
        Close();
        await RefreshAsync();
        return FormResult.Saved($"{Humanize.Count(resent.Count)} {(resent.Count == 1 ? "event is" : "events are")} sent again.");
    }

    private async Task DeleteAsync()
    {
        if (View is not { } view) return;
        if (!await Confirm.AskAsync($"Delete “{view.Name}”?", "It is told nothing more, and its log is gone. This cannot be undone.", "Delete", danger: true, typedName: view.Name)) return;
        var result = await Deletion.RunAsync(await CallerAsync(), Id);
        if (result.Status == AdminStatus.Done) Toasts.Show($"“{view.Name}” is deleted.");
        Navigation.NavigateTo($"{Base}/event-webhooks");
    }
}

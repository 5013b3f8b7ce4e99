using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.HeldMessages;

/// <summary>What a channel has held back, anew each second: let in, download, discard.</summary>
public sealed partial class HeldPage
{
    private const int PageSize = 50;
    private const int MostShown = PageRequest.MaxLimit;
    private readonly HashSet<Guid> _busy = [];
    private int _shown = PageSize;
    private bool _working;
    private bool _mayRead;
    private (Guid Channel, string? Text, string? Reason) _of;

    /// <summary>The channel.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    [Inject]
    private HeldMessageQueries Queries { get; set; } = default!;

    [Inject]
    private ReleaseHeldMessage Release { get; set; } = default!;

    [Inject]
    private DiscardHeldMessages Discard { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private ChannelModel? Channel => Catalog.FindChannel(Id) is { } model && model.Tenant.Id == TenantId ? model : null;

    private IReadOnlyList<HeldMessageView>? Items { get; set; }

    private bool HasMore { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Text) || !string.IsNullOrEmpty(Reason);

    private HeldMessageFilter Filter => new(string.IsNullOrEmpty(Reason) ? null : Reason, Text);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _mayRead = (await CallerAsync()).May(ApiScopeNames.Operate);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Items is not null && _of == (Id, Text, Reason)) return;
        (_of, _shown, Items) = ((Id, Text, Reason), PageSize, null);
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        var asked = (Id, Text, Reason);
        var page = await Queries.ListAsync(await CallerAsync(), Id, Filter, new(_shown), Gone);
        if (asked != (Id, Text, Reason)) return; // another list was asked for meanwhile
        (Items, HasMore) = (page?.Items ?? [], page?.Next is not null && _shown < MostShown);
    }

    private static string NameOf(HeldMessageView held) => held.Subject is { Length: > 0 } subject ? $"“{subject}”" : $"the message of {held.Sender ?? "an unknown sender"}";

    private Task MoreAsync()
    {
        _shown = Math.Min(_shown + PageSize, MostShown);
        return RefreshAsync();
    }

    private async Task ReleaseAsync(HeldMessageView held)
    {
        if (!await Confirm.AskAsync($"Let {NameOf(held)} in?", $"{HeldWords.Risk(held.Reason)} The channel connects anew for it.", "Let it in")) return;
        await DoAsync(held, async caller =>
        {
            var result = await Release.RunAsync(caller, Id, held.Id);
            if (result.Status == AdminStatus.Done) Toasts.Show("It is being let in: in a moment it stands among the conversations.");
            return FormResult.From(result).Fault;
        });
    }

    private async Task DiscardAsync(HeldMessageView held)
    {
        if (!await Confirm.AskAsync($"Discard {NameOf(held)}?", "It goes from this list, with the copy that was kept. What is in the mailbox stays there. This cannot be undone.", "Discard", danger: true)) return;
        await DoAsync(held, async caller =>
        {
            var result = await Discard.OneAsync(caller, Id, held.Id);
            if (result.Status == AdminStatus.Done) Toasts.Show("Discarded.");
            return FormResult.From(result).Fault;
        });
    }

    private async Task DiscardAllAsync()
    {
        // what comes in while the person reads the question is not meant
        var filter = Filter with { Until = Time.GetUtcNow() };
        if (_working || await Queries.CountAsync(await CallerAsync(), Id, filter) is not { Count: > 0 and var count }) return;
        var many = count == 1 ? "1 message" : $"{Controls.Humanize.Count(count)} messages";
        if (!await Confirm.AskAsync($"Discard {many}?", $"{(IsFiltered ? "All that fit the filter" : "All that this channel has held back so far")} go from this list, with the copies that were kept. What is in the mailbox stays there. This cannot be undone.", $"Discard {many}", danger: true)) return;
        _working = true;
        try
        {
            var result = await Discard.AllAsync(await CallerAsync(), Id, filter);
            if (result.Value is { } done) Toasts.Show(done.Count == 1 ? "1 message was discarded." : $"{Controls.Humanize.Count(done.Count)} messages were discarded.");
            else Toasts.Fail("The channel is gone.");
            await RefreshAsync();
        }
        finally
        {
            _working = false;
        }
    }

    private async Task DoAsync(HeldMessageView held, Func<Caller, Task<string?>> step)
    {
        if (!_busy.Add(held.Id)) return;
        try
        {
            if (await step(await CallerAsync()) is { } fault) Toasts.Fail(fault);
            await RefreshAsync();
        }
        finally
        {
            _busy.Remove(held.Id);
        }
    }
}

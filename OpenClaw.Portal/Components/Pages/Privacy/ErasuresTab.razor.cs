using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>Erasing a person: first the count, then the typed confirmation, then the progress and the report.</summary>
public sealed partial class ErasuresTab
{
    private FormShell? _form;
    private string? _user;
    private string? _channel;
    private string? _reason;
    private bool _asking;
    private ErasureReport? _count;
    private Guid? _begun;

    /// <summary>Whom a link wants erased.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>The channel that a link names.</summary>
    [Parameter]
    public Guid? Channel { get; set; }

    [Inject]
    private ErasureQueries Queries { get; set; } = default!;

    [Inject]
    private RequestErasure Request { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<ErasureView>? Items { get; set; }

    private string? Next { get; set; }

    private IReadOnlyList<Choice> Channels { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        (_user, _channel) = (User, Channel?.ToString());
        Channels = ChannelChoices.Of(Catalog, TenantId);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        if (Items?.Any(e => e.State is ErasureStates.Pending or ErasureStates.Running) == true) await LoadAsync();
    }

    private static bool Nothing(ErasureReport count) => count is { Sessions: 0, AuditEntries: 0, Filters: 0 };

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit));
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private void Choose(string? user) => (_user, _count) = (user, null);

    private void ChooseChannel(string? channel) => (_channel, _count) = (channel, null);

    private async Task<FormResult> CountAsync()
    {
        var result = await Request.CountAsync(await CallerAsync(), Body());
        _count = result.Value;
        return _count is null ? FormResult.From(result) : FormResult.Saved();
    }

    private async Task EraseAsync()
    {
        if (_user is not { } user) return;
        _asking = true;
        try
        {
            if (!await Confirm.AskAsync("Erase this person?", "Everything above is removed for good. Nobody can bring it back, also not from the archive. To confirm, type the person’s id.", "Erase", danger: true, typedName: user)) return;
            var result = await Request.RunAsync(await CallerAsync(), Body());
            if (result.Value is not { } begun)
            {
                Toasts.Fail(string.Join(' ', result.Errors.SelectMany(e => e.Value)));
                return;
            }

            (_begun, _count, _user, _reason) = (begun.Id, null, null, null);
            _form?.Clean();
            if (User is not null || Channel is not null) Navigation.SetQuery(("user", null), ("channel", null));
            Toasts.Show($"The erasure has begun; {begun.Pseudonym} stands for the person from now on.");
            await LoadAsync();
        }
        finally
        {
            _asking = false;
        }
    }

    private JsonElement Body()
    {
        var body = new JsonObject { ["user"] = _user };
        if (!string.IsNullOrEmpty(_channel)) body["channel"] = _channel;
        if (!string.IsNullOrWhiteSpace(_reason)) body["reason"] = _reason;
        return JsonSerializer.SerializeToElement(body);
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.EventWebhooks;

/// <summary>A tenant's endpoints for events: how they do, and new ones.</summary>
public sealed partial class EventWebhooks
{
    private bool _making;
    private EventWebhookView? _made;

    [Inject]
    private EventWebhookQueries Queries { get; set; } = default!;

    [Inject]
    private SaveEventWebhook Save { get; set; } = default!;

    private IReadOnlyList<EventWebhookView>? Items { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync() => Items = (await Queries.ListAsync(TenantId, new(PageRequest.MaxLimit), Gone)).Items;

    private async Task<FormResult> MakeAsync(JsonElement body)
    {
        var result = await Save.CreateAsync(await CallerAsync(), body);
        if (result.Value is not { } made) return FormResult.From(result);
        (_made, _making) = (made, false);
        await RefreshAsync();
        return FormResult.Saved();
    }

    /// <summary>The path of an address may be a secret of its own.</summary>
    private static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : url;
}

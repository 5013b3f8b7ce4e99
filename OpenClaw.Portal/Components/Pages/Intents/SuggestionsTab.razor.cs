using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>Sentences that operators' work suggests as examples.</summary>
public sealed partial class SuggestionsTab
{
    private const int Longest = 40;
    private readonly Dictionary<Guid, string?> _chosen = [];
    private IReadOnlyList<SuggestionView>? _items;
    private string? _next;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The tenant's intents.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<IntentSummary> Intents { get; set; }

    /// <summary>The person may change the configuration.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Ask { get; set; }

    /// <summary>Something was decided.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private Suggestions Suggestions { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var page = await Suggestions.ListAsync(TenantId, new(PageRequest.DefaultLimit));
        (_items, _next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Suggestions.ListAsync(TenantId, new(PageRequest.DefaultLimit, _next));
        (_items, _next) = ([.. _items ?? [], .. page.Items], page.Next);
    }

    private async Task AcceptAsync(SuggestionView item)
    {
        var result = await Suggestions.AcceptAsync(await Ask(), item.Id, Chosen(item));
        if (result.Value is { } accepted) Toasts.Show($"It is an example of “{accepted.Intent}” now.");
        else Toasts.Fail(result.Status == AdminStatus.Invalid ? string.Join(" ", result.Errors.SelectMany(e => e.Value)) : result.Reason ?? "It is not there any more.");
        if (result.Status is AdminStatus.Done or AdminStatus.NotFound) await DoneAsync(item);
    }

    private async Task DismissAsync(SuggestionView item)
    {
        await Suggestions.DismissAsync(await Ask(), item.Id);
        await DoneAsync(item);
    }

    private async Task DoneAsync(SuggestionView item)
    {
        _items = [.. _items!.Where(i => i.Id != item.Id)];
        if (_items.Count == 0) await LoadAsync();
        await Changed.InvokeAsync();
    }

    private string? Chosen(SuggestionView item) => _chosen.TryGetValue(item.Id, out var chosen) ? string.IsNullOrEmpty(chosen) ? null : chosen : item.Intent;

    private static string Short(string text) => text.Length > Longest ? text[..Longest] + "…" : text;
}

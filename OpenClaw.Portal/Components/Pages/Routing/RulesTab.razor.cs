using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Routing.Checks;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>The rules in order, a page of them at a time, with what was not published yet.</summary>
public sealed partial class RulesTab
{
    private const int PageSize = 100;
    private DraftView? _counted;
    private Dictionary<Guid, int> _places = [];
    private Dictionary<Guid, string> _warnings = [];
    private bool _publishing;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The rules as drafted.</summary>
    [Parameter, EditorRequired]
    public required DraftView Draft { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The person may change rules.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Ask { get; set; }

    /// <summary>The draft was changed from here.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    /// <summary>What is looked for in names and conditions.</summary>
    [Parameter]
    public string? Search { get; set; }

    /// <summary>The page of the list, from 1.</summary>
    [Parameter]
    public int? Wanted { get; set; }

    [Inject]
    private RoutingDrafts Drafts { get; set; } = default!;

    [Inject]
    private RuleNaming Naming { get; set; } = default!;

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    [Inject]
    private IRuleHits Hits { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private RuleNames Names => Naming.Names;

    private string? Query => string.IsNullOrWhiteSpace(Search) ? null : Search.Trim();

    private IReadOnlyList<DraftRule> Found { get; set; } = [];

    private IReadOnlyList<DraftRule> Shown => [.. Found.Skip(Start).Take(PageSize)];

    private int Pages => Math.Max(1, (Found.Count + PageSize - 1) / PageSize);

    private int Page => Math.Clamp(Wanted ?? 1, 1, Pages);

    private int Start => (Page - 1) * PageSize;

    private string Changes => Draft.Changes.Count switch { 0 => "Nothing", 1 => "One change", var count => $"{Humanize.Count(count)} changes" };

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_counted, Draft))
        {
            _counted = Draft;
            _places = Draft.Rules.Select((r, i) => (r.Rule.Id, Place: i + 1)).ToDictionary(r => r.Id, r => r.Place);
            _warnings = RuleCheck.Warnings(new(Draft.Base, [.. Draft.Rules.Select(r => r.Rule)]), Catalog, TenantId).ToDictionary(w => w.Rule, w => w.Message);
        }

        Found = Query is { } text ? [.. Draft.Rules.Where(r => Has(r.Rule, text))] : Draft.Rules;
    }

    private bool Has(RuleModel rule, string text) =>
        rule.Name.Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || RuleSummary.Which(rule, Names).Contains(text, StringComparison.CurrentCultureIgnoreCase)
        || RuleSummary.Where(rule.Target, Names).Contains(text, StringComparison.CurrentCultureIgnoreCase);

    private async Task MoveAsync(Moved moved)
    {
        var rule = Shown[moved.From].Rule.Id;
        Draft = Draft with { Rules = new Moved(Start + moved.From, Start + moved.To).Apply(Draft.Rules) }; // seen at once
        OnParametersSet();
        await TellAsync(await Drafts.MoveAsync(await Ask(), rule, Start + moved.To));
    }

    private async Task EnableAsync(DraftRule rule, bool enabled) => await TellAsync(await Drafts.EnableAsync(await Ask(), rule.Rule.Id, enabled));

    private async Task DeleteAsync(DraftRule rule)
    {
        var place = _places[rule.Rule.Id];
        var outcome = await Drafts.DeleteAsync(await Ask(), rule.Rule.Id, rule.Token);
        if (outcome.Status == DraftStatus.Saved) Toasts.Show($"Rule “{rule.Rule.Name}” is out of the draft. It is live until you publish.", () => BringBackAsync(rule.Rule, place));
        await TellAsync(outcome);
    }

    private async Task BringBackAsync(RuleModel rule, int place)
    {
        var body = RuleJson.Of(rule);
        body["position"] = place - 1;
        await TellAsync(await Drafts.AddAsync(await Ask(), JsonSerializer.SerializeToElement(body), rule.Id));
    }

    private async Task TellAsync(DraftOutcome outcome)
    {
        if (outcome.Status == DraftStatus.DeletedByOther) Toasts.Fail("Somebody else deleted this rule meanwhile.");
        else if (outcome.Status == DraftStatus.ChangedByOther) Toasts.Fail($"{outcome.Rule?.ChangedBy ?? "Somebody else"} changed this rule meanwhile. Nothing was done: look at it first.");
        else if (outcome.Status == DraftStatus.Invalid) Toasts.Fail(string.Join(" ", outcome.Errors.SelectMany(e => e.Value)));
        await Changed.InvokeAsync();
    }

    private async Task DiscardAsync()
    {
        if (!await Confirm.AskAsync("Discard all unpublished changes?", $"{Changes} would be gone from the draft. What is live stays as it is.", "Discard", danger: true)) return;
        if (await Drafts.DiscardAsync(await Ask()) is { } discarded) Toasts.Show("The draft was discarded.", () => RestoreAsync(discarded));
        await Changed.InvokeAsync();
    }

    private async Task RestoreAsync(DiscardedDraft discarded)
    {
        if (!await Drafts.RestoreAsync(await Ask(), discarded)) Toasts.Fail("Somebody has begun another draft since; this one cannot come back.");
        await Changed.InvokeAsync();
    }

    private Task CloseAsync()
    {
        _publishing = false;
        return Changed.InvokeAsync();
    }

    private string PageAddress(int page) => Navigation.With(("page", page <= 1 ? null : Math.Min(page, Pages).ToString(System.Globalization.CultureInfo.InvariantCulture)));
}

using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>What was published, what each version changed, and the way back. The chosen version and what it is compared with are in the address.</summary>
public sealed partial class VersionsTab
{
    private const int PageSize = 50;
    private List<VersionView>? _versions;
    private string? _next, _fault;
    private VersionDiff? _diff;
    private bool _missing;
    private (int Live, int? Version, int? With)? _loaded;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The version that is live.</summary>
    [Parameter, EditorRequired]
    public required int Live { get; set; }

    /// <summary>The person may roll back.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Ask { get; set; }

    /// <summary>The chosen version; null = the live one.</summary>
    [Parameter]
    public int? Version { get; set; }

    /// <summary>The version that it is compared with; null = the one before.</summary>
    [Parameter]
    public int? With { get; set; }

    [Inject]
    private RuleQueries Rules { get; set; } = default!;

    [Inject]
    private RollBackRules RollBack { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private int Chosen => Version ?? Live;

    /// <summary>What the chosen one can be compared with: what is listed, and the one before it.</summary>
    private IEnumerable<int> Others => (_versions ?? []).Select(v => v.Version).Append(Live).Append(_diff?.From ?? 0).Append(Chosen - 1).Append(0).Where(v => v >= 0 && v != Chosen).Distinct().OrderDescending();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Live, Version, With);
        if (wanted == _loaded) return;
        var published = _loaded?.Live != Live;
        (_loaded, _fault) = (wanted, null);
        if (published)
        {
            var page = await Rules.VersionsAsync(TenantId, new(PageSize));
            (_versions, _next) = ([.. page.Items], page.Next);
        }

        if (Live == 0) return;
        _diff = Chosen < 1 ? null : await Rules.DiffAsync(TenantId, With ?? Chosen - 1, Chosen);
        _missing = _diff is null;
    }

    private async Task MoreAsync()
    {
        var page = await Rules.VersionsAsync(TenantId, new(PageSize, _next));
        _versions!.AddRange(page.Items);
        _next = page.Next;
    }

    private async Task RollBackAsync()
    {
        var version = Chosen;
        if (!await Confirm.AskAsync($"Roll back to version {version}?", $"Its rules go live at once, as version {Live + 1}. Version {Live} stays in this list, and a draft stays a draft.", "Roll back")) return;
        var result = await RollBack.RunAsync(await Ask(), version, Live);
        if (result.Value is { } made)
        {
            Toasts.Show($"Version {made.Version} is live, with the rules of version {version}.");
            Navigation.SetQuery(("version", null), ("with", null));
            return;
        }

        _fault = result.Status == AdminStatus.Stale ? "Something else was published in this moment. Look again, then roll back." : result.Reason ?? "This version is not there any more.";
    }

    private static string? Note(VersionView version) =>
        version.RolledBackTo is { } back ? $"Rolled back to version {back}{(version.Note is null ? "" : $": {version.Note}")}" : version.Note;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

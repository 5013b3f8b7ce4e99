using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Pools;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Pools;

/// <summary>One pool, or a new one: its members, how one of them is chosen, and how they do.</summary>
public sealed partial class PoolPage
{
    private const string ForEver = "always";
    private const string ForMinutes = "minutes";
    private const string Never = "never";

    private static readonly IReadOnlyList<Choice> Keeping = [new(ForEver, "As long as the conversation lives"), new(ForMinutes, "Until nobody has written for some minutes"), new(Never, "Not at all: chosen anew for each message")];

    private bool _loaded, _gone, _busy;
    private Guid? _of;
    private string? _name, _strategy = "least-loaded", _keeps = ForEver;
    private decimal? _minutes = 60;
    private IReadOnlyList<PoolMember>? _members = [];
    private IReadOnlyList<Choice> _agents = [];
    private JsonObject _base = [];
    private JsonObject? _theirs;
    private DateTimeOffset? _theirsAt;
    private int _version;

    /// <summary>The pool; null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [Inject]
    private PoolQueries Queries { get; set; } = default!;

    [Inject]
    private PoolStatusQuery Statuses { get; set; } = default!;

    [Inject]
    private SavePool Save { get; set; } = default!;

    [Inject]
    private DeletePool Delete { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private PoolView? View { get; set; }

    private PoolStatus? Status { get; set; }

    private string Uses => DeletePool.RulesOf(Catalog, TenantId, Id ?? Guid.Empty) is { Count: > 0 } rules
        ? $"Messages come by the rule{(rules.Count == 1 ? "" : "s")} {string.Join(", ", rules.Select(r => $"“{r.Name}”"))}. Figures are this node's."
        : "No published rule leads here yet: write one under Routing, with the outcome “An agent of a pool”. Figures are this node's.";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // a pool that was just made is the same page with another address
        if (_loaded && _of == Id) return;
        _of = Id;
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override Task RefreshAsync()
    {
        if (Id is { } id) Status = Statuses.Get(TenantId, id);
        return Task.CompletedTask;
    }

    private async Task LoadAsync()
    {
        _loaded = true;
        if (Id is not { } id)
        {
            (View, Status, _gone) = (null, null, false);
            (_name, _strategy, _members, _keeps, _minutes) = (null, "least-loaded", [], ForEver, 60);
            return;
        }

        View = await Queries.GetAsync(TenantId, id, Gone);
        _gone = View is null;
        if (View is null) return;
        Take(View);
        await RefreshAsync();
    }

    private void Take(PoolView view)
    {
        (_name, _strategy, _members) = (view.Name, view.Strategy, view.Members);
        (_keeps, _minutes) = view.AffinityMinutes switch { null => (ForEver, 60), 0 => (Never, 60), var minutes => (ForMinutes, (decimal)minutes) };
        (_version, _theirs) = (view.Version, null);
        _base = Body();
    }

    private int WeightOf(Guid agent) => Catalog.FindAgent(agent)?.Weight ?? 1;

    private JsonObject Body() => new()
    {
        ["name"] = _name, ["strategy"] = _strategy,
        ["members"] = new JsonArray([.. (_members ?? []).Select(m => (JsonNode)new JsonObject { ["agent"] = m.Agent.ToString(), ["weight"] = m.Weight })]),
        ["affinityMinutes"] = _keeps switch { ForEver => null, Never => 0, _ => (double?)_minutes },
    };

    private async Task<FormResult> SaveAsync()
    {
        var caller = await CallerAsync();
        var body = JsonSerializer.SerializeToElement(Body());
        var result = Id is { } id ? await Save.PatchAsync(caller, id, body, _version) : await Save.CreateAsync(caller, body);
        if (result.Value is { } saved && Id is null)
        {
            Navigation.NavigateTo($"{Base}/agents/pools/{saved.Id}");
            return FormResult.Saved("The pool is made. Let a routing rule lead to it.");
        }

        if (result.Value is { } view)
        {
            View = view;
            Take(view);
        }

        if (result.Status == AdminStatus.Stale && await Queries.GetAsync(TenantId, Id!.Value, Gone) is { } theirs)
        {
            var mine = (_name, _strategy, _members, _keeps, _minutes, _base);
            Take(theirs);
            _theirs = _base;
            _theirsAt = theirs.UpdatedAt;
            (_name, _strategy, _members, _keeps, _minutes, _base) = mine;
        }

        return FormResult.From(result, "Saved. The next message goes by it.");
    }

    private void TakeMerged(JsonObject merged)
    {
        (_name, _strategy) = (merged["name"]?.GetValue<string>(), merged["strategy"]?.GetValue<string>());
        _members = merged["members"].Deserialize<PoolMember[]>(JsonSerializerOptions.Web) ?? [];
        var minutes = merged["affinityMinutes"]?.GetValue<double>();
        (_keeps, _minutes) = minutes switch { null => (ForEver, 60), 0 => (Never, 60), _ => (ForMinutes, (decimal)minutes) };
        (_base, _theirs) = (_theirs!, null);
    }

    private async Task DeleteAsync()
    {
        if (_busy || View is not { } view) return;
        _busy = true;
        try
        {
            if (!await Confirm.AskAsync($"Delete the pool “{view.Name}”?", "Its agents stay. This cannot be undone.", "Delete", danger: true)) return;
            var result = await Delete.RunAsync(await CallerAsync(), view.Id);
            if (result.Status is AdminStatus.Done or AdminStatus.NotFound)
            {
                Toasts.Show($"“{view.Name}” is deleted.");
                Navigation.NavigateTo($"{Base}/agents/pools");
                return;
            }

            Toasts.Fail(result.Reason ?? "It was not deleted: somebody changed it at the same time. Try again.");
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy = false;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>One intent, or a new one.</summary>
public sealed partial class IntentEditor
{
    private IntentView? _view, _theirs;
    private JsonObject _loaded = [];
    private string? _name, _description;
    private IReadOnlyList<string>? _examples = [];
    private bool _gone, _ready, _mayEdit;

    /// <summary>The intent; null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [Inject]
    private IntentQueries Queries { get; set; } = default!;

    [Inject]
    private SaveIntent Save { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string Title => Id is null ? "New intent" : _view?.Name ?? "Intent";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _mayEdit = (await CallerAsync()).May(ApiScopeNames.Configure);
        await LoadAsync();
        _ready = true;
    }

    private async Task LoadAsync()
    {
        _theirs = null;
        if (Id is not { } id) (_name, _description, _examples) = ("", null, []);
        else if (await Queries.GetAsync(TenantId, id) is { } view) Show(view);
        else _gone = true;
        _loaded = Body();
    }

    private void Show(IntentView view) => (_view, _name, _description, _examples) = (view, view.Name, view.Description, view.Examples);

    private JsonObject Body() => Body(_name, _description, _examples ?? []);

    private static JsonObject BodyOf(IntentView view) => Body(view.Name, view.Description, view.Examples);

    private static JsonObject Body(string? name, string? description, IReadOnlyList<string> examples) => new()
    {
        ["name"] = name, ["description"] = string.IsNullOrWhiteSpace(description) ? null : description, ["examples"] = new JsonArray([.. examples.Select(e => (JsonNode)e)]),
    };

    private async Task<FormResult> SaveAsync()
    {
        var (caller, body) = (await CallerAsync(), JsonSerializer.SerializeToElement(Body()));
        var result = Id is { } id ? await Save.PatchAsync(caller, id, body, _view!.Version) : await Save.CreateAsync(caller, body);
        if (result.Status == AdminStatus.Stale && Id is { } present && await Queries.GetAsync(TenantId, present) is { } theirs)
        {
            _theirs = theirs;
            return FormResult.NotYet;
        }

        if (result.Value is not { } saved) return FormResult.From(result);
        if (Id is null) Navigation.NavigateTo($"{Base}/routing/intents");
        Show(saved);
        _loaded = Body();
        return FormResult.Saved($"“{saved.Name}” is saved and recognised from now on.");
    }

    private void TakeMerged(JsonObject merged)
    {
        (_view, _theirs) = (_theirs, null);
        _loaded = BodyOf(_view!);
        (_name, _description) = (merged["name"]?.GetValue<string>(), merged["description"]?.GetValue<string>());
        _examples = [.. (merged["examples"] as JsonArray ?? []).Select(e => e!.GetValue<string>())];
    }
}

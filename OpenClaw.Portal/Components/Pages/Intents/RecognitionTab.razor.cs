using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>How intents are recognised: the threshold, and a server of embeddings.</summary>
public sealed partial class RecognitionTab
{
    private const string Key = "embeddingsKey";
    private IntentOptionsView? _view;
    private decimal? _threshold;
    private string? _url, _model;
    private SecretEdit _key;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The person may change the configuration.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Ask { get; set; }

    [Inject]
    private IntentQueries Queries { get; set; } = default!;

    [Inject]
    private SaveIntentOptions Save { get; set; } = default!;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync() => Show(await Queries.OptionsAsync(TenantId));

    private void Show(IntentOptionsView view) =>
        (_view, _threshold, _url, _model, _key) = (view, (decimal?)view.Threshold, view.Embeddings?.BaseUrl, view.Embeddings?.Model, default);

    private async Task<FormResult> SaveAsync()
    {
        var none = string.IsNullOrWhiteSpace(_url) && string.IsNullOrWhiteSpace(_model);
        var body = new JsonObject { ["threshold"] = (double?)_threshold, ["embeddings"] = none ? null : new JsonObject { ["baseUrl"] = _url, ["model"] = _model } };
        if (!_key.IsKept) body["secrets"] = new JsonObject { [Key] = _key.IsRemoved ? null : _key.Text };
        var result = await Save.PatchAsync(await Ask(), JsonSerializer.SerializeToElement(body), _view!.Version);
        if (result.Status == AdminStatus.Stale) return FormResult.Failed("Somebody else has changed it since. Discard your changes to see what is there now.");
        if (result.Value is not { } saved) return FormResult.From(result);
        Show(saved);
        return FormResult.Saved("Saved. The next message is recognised so.");
    }
}

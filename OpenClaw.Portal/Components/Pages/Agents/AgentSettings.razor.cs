using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>An agent's settings as a form.</summary>
public sealed partial class AgentSettings
{
    private DateTimeOffset? _theirsAt;
    private string? _refused;
    private bool _isOwner;

    /// <summary>What is saved.</summary>
    [Parameter, EditorRequired]
    public required AgentView View { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>For those who may only look.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Raised with what was saved.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<AgentView> Saved { get; set; }

    /// <summary>Reads what is saved now.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<AgentView?>> Load { get; set; }

    [Inject]
    private SaveAgent Save { get; set; } = default!;

    [Inject]
    private DestinationCheck Destination { get; set; } = default!;

    private FormDraft Draft { get; set; } = new([], 0);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Draft = new(ChannelsService.Form(View), View.Version);
        _isOwner = (await Caller()).May(ApiScopeNames.Own);
        await CheckAsync("url");
    }

    private async Task CheckAsync(string setting)
    {
        if (setting == "url") _refused = await Destination.FaultAsync(Draft.Settings["url"]?.ToString());
    }

    private async Task<FormResult> SaveAsync()
    {
        var patch = Draft.Patch();
        await CheckAsync("url");
        if (_refused is not null && patch.TryGetProperty("settings", out var settings) && settings.TryGetProperty("url", out _))
            return FormResult.Invalid(new Dictionary<string, string[]> { ["settings.url"] = [_refused] });
        var result = await Save.PatchAsync(await Caller(), View.Id, patch, Draft.Version);
        if (result.Value is { } saved)
        {
            Draft.Restart(ChannelsService.Form(saved), saved.Version);
            await Saved.InvokeAsync(saved);
        }

        if (result.Status == AdminStatus.Stale && await Load() is { } theirs)
        {
            Draft.Meet(ChannelsService.Form(theirs), theirs.Version);
            _theirsAt = theirs.UpdatedAt;
        }

        return FormResult.From(result, "Saved. The next message goes by it; what is under way ends as it began.");
    }
}

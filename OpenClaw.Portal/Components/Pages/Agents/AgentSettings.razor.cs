using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
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
    private FormShell? _form;
    private IReadOnlyList<PreflightCheck>? _checks;
    private bool _testing;
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
    private CheckAgent Check { get; set; } = default!;

    [Inject]
    private DestinationCheck Destination { get; set; } = default!;

    private IAgentKind? Kind => Kinds.Find(View.Kind);

    private FormDraft Draft { get; set; } = new([], 0);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Draft = new(ChannelsService.Form(View), View.Version);
        _isOwner = (await Caller()).May(ApiScopeNames.Own);
        if (AgentAddresses.Of(Kind) is { } address) await CheckAsync(address);
    }

    private async Task CheckAsync(string setting)
    {
        if (setting == AgentAddresses.Of(Kind)) _refused = await Destination.FaultAsync(Draft.Settings[setting]?.ToString());
    }

    private async Task TryAsync()
    {
        if (_testing || _form?.Validate() != true) return;
        _testing = true;
        try
        {
            var result = await Check.RunAsync(await Caller(), View.Id, Draft.Patch());
            _checks = result.Value is { Count: 0 } ? [new("", true, "The settings are fine. There is nothing to try: ask it something with a test call.")] : result.Value;
            if (result.Status == AdminStatus.Invalid) _form.Errors.Set(result.Errors);
        }
        finally
        {
            _testing = false;
        }
    }

    private async Task<FormResult> SaveAsync()
    {
        var patch = Draft.Patch();
        if (AgentAddresses.Of(Kind) is { } address)
        {
            await CheckAsync(address);
            if (_refused is not null && patch.TryGetProperty("settings", out var settings) && settings.TryGetProperty(address, out _))
                return FormResult.Invalid(new Dictionary<string, string[]> { [$"settings.{address}"] = [_refused] });
        }

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

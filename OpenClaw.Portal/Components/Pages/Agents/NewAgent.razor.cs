using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Gateway.Core.Administration.Settings;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>Makes an agent: choose the kind, fill in what the kind asks for, save it, take the secret.</summary>
public sealed partial class NewAgent
{
    private readonly Dictionary<string, SecretEdit> _secrets = [];
    private readonly FormErrors _errors = new();
    private string? _refused;
    private bool _isOwner;

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [Inject]
    private AgentKinds Kinds { get; set; } = default!;

    [Inject]
    private SaveAgent Save { get; set; } = default!;

    [Inject]
    private PatchSettings Settings { get; set; } = default!;

    [Inject]
    private DestinationCheck Destination { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private IAgentKind? Chosen => Kind is null ? null : Kinds.Find(Kind);

    private FormDraft Draft { get; set; } = new([], 0);

    private AgentView? Made { get; set; }

    private bool IsUsed { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _isOwner = (await CallerAsync()).May(ApiScopeNames.Own);

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (Draft.Text("kind") == Chosen?.Kind) return;
        Draft = new([], 0);
        if (Chosen is { } chosen) Draft.Set("kind", chosen.Kind);
        _refused = null;
        _secrets.Clear();
    }

    private async Task CheckAsync(string setting)
    {
        if (setting == "url") _refused = await Destination.FaultAsync(Draft.Settings["url"]?.ToString());
    }

    private async Task<FormResult> SaveAsync()
    {
        // asked again: the owner may have opened the host in another window meanwhile
        await CheckAsync("url");
        if (_refused is not null) return FormResult.Invalid(new Dictionary<string, string[]> { ["settings.url"] = [_refused] });
        var result = await Save.CreateAsync(await CallerAsync(), Draft.Patch(_secrets));
        Made = result.Value;
        return FormResult.From(result);
    }

    private async Task MakeDefaultAsync()
    {
        if (Made is not { } made) return;
        var result = await Settings.RunAsync(await CallerAsync(), JsonSerializer.SerializeToElement(new { defaultAgent = made.Id }));
        IsUsed = result.Status == AdminStatus.Done;
        if (!IsUsed) Toasts.Fail(FormResult.From(result).Fault ?? "It was not saved. Try again.");
    }
}

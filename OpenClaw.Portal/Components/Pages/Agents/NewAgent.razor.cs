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
    private FormShell? _form;
    private IReadOnlyList<PreflightCheck>? _checks;
    private bool _testing;
    private string? _refused;
    private bool _isOwner;

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [Inject]
    private AgentKinds Kinds { get; set; } = default!;

    [Inject]
    private SaveAgent Save { get; set; } = default!;

    [Inject]
    private CheckAgent Check { get; set; } = default!;

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
        (_refused, _checks) = (null, null);
        _secrets.Clear();
    }

    /// <summary>Some are named after settings: those of the servers of tools.</summary>
    private IReadOnlyList<string> SecretNames => Chosen?.SecretsOf(Now) ?? [];

    private JsonElement Now => JsonSerializer.SerializeToElement(Draft.Settings);

    /// <summary>Typed for a server of tools that was taken out since: not sent.</summary>
    private Dictionary<string, SecretEdit> Needed => _secrets.Where(s => SecretNames.Contains(s.Key)).ToDictionary();

    /// <summary>One that the gateway makes need not be given.</summary>
    private SecretUse UseOf(string name) => Chosen is not { } kind ? SecretUse.None : kind.UseOf(name, Now);

    private async Task CheckAsync(string setting)
    {
        if (setting == AgentAddresses.Of(Chosen)) _refused = await Destination.FaultAsync(Draft.Settings[setting]?.ToString());
    }

    private async Task TryAsync()
    {
        if (_testing || _form?.Validate() != true) return;
        _testing = true;
        try
        {
            var result = await Check.RunAsync(await CallerAsync(), null, Draft.Patch(Needed));
            _checks = result.Value is { Count: 0 } ? [new("", true, "The settings are fine. There is nothing to try: make the agent, then ask it something with a test call.")] : result.Value;
            if (result.Status == AdminStatus.Invalid) _errors.Set(result.Errors);
        }
        finally
        {
            _testing = false;
        }
    }

    private async Task<FormResult> SaveAsync()
    {
        // asked again: the owner may have opened the host in another window meanwhile
        if (AgentAddresses.Of(Chosen) is { } address)
        {
            await CheckAsync(address);
            if (_refused is not null) return FormResult.Invalid(new Dictionary<string, string[]> { [$"settings.{address}"] = [_refused] });
        }

        var result = await Save.CreateAsync(await CallerAsync(), Draft.Patch(Needed));
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

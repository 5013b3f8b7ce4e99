using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Administration.Settings;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Settings;

/// <summary>A tenant's settings, and how old its secrets are.</summary>
public sealed partial class Settings
{
    private const string AgentField = "defaultAgent";
    private JsonObject _values = [];
    private JsonObject _base = [];
    private string? _agent;
    private SettingsView? _theirs;
    private int _round;

    [Inject]
    private SettingsQuery Query { get; set; } = default!;

    [Inject]
    private PatchSettings Patch { get; set; } = default!;

    [Inject]
    private SecretAges Secrets { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private GatewayOptions Options { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private SettingsView? View { get; set; }

    private IReadOnlyList<Choice> Agents { get; set; } = [];

    private IReadOnlyList<SecretAge>? Ages { get; set; }

    private IReadOnlyList<SettingSpec> Limits => TenantSettingSpecs.Limits(Options.Limits);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
        await LoadAsync();
        Ages = await Secrets.ListAsync(await CallerAsync());
    }

    private async Task LoadAsync() => Show(await Query.GetAsync(TenantId), null);

    /// <summary>Fills the form with what is saved, or with what came of a conflict.</summary>
    private void Show(SettingsView view, JsonObject? merged)
    {
        (View, _theirs) = (view, null);
        _base = FormOf(view);
        var shown = merged ?? _base;
        _agent = (string?)shown[AgentField];
        _values = shown.DeepClone().AsObject();
        _values.Remove(AgentField);
        _round++;
    }

    private async Task<FormResult> SaveAsync()
    {
        var patch = new JsonObject { [AgentField] = _agent };
        foreach (var spec in TenantSettingSpecs.All(Options.Limits))
        {
            // what was not touched is not sent: a limit that the installation has lowered since is no fault of this save
            if (!JsonNode.DeepEquals(_values[spec.Name], _base[spec.Name])) patch[spec.Name] = _values[spec.Name]?.DeepClone();
        }
        var result = await Patch.RunAsync(await CallerAsync(), JsonSerializer.SerializeToElement(patch), View!.Version);
        if (result.Status == AdminStatus.Stale) _theirs = await Query.GetAsync(TenantId);
        if (result.Status == AdminStatus.Invalid) return FormResult.Invalid(result.Errors.ToDictionary(e => e.Key == AgentField ? e.Key : $"settings.{e.Key}", e => e.Value));
        if (result.Value is { } saved) (View, _base, _theirs) = (saved, FormOf(saved), null);
        return FormResult.From(result, "The settings are saved and hold from now on.");
    }

    private void Resolve(JsonObject merged) => Show(_theirs!, merged);

    private JsonObject Mine()
    {
        var mine = _values.DeepClone().AsObject();
        mine[AgentField] = _agent;
        return mine;
    }

    private static JsonObject FormOf(SettingsView view)
    {
        var form = view.Set.DeepClone().AsObject();
        form[AgentField] = view.DefaultAgent?.ToString();
        return form;
    }

    private string AgeOf(SecretAge secret) => (int)(Time.GetUtcNow() - secret.Since).TotalDays switch { 0 => "today", 1 => "1 day", var days => $"{Humanize.Count(days)} days" };

    private static string ResourceWord(SecretAge secret) => secret.Resource switch { "channel" => "Channel", "agent" => "Agent", _ => "API key" };

    private string RotateAt(SecretAge secret) => secret.Resource switch
    {
        "channel" => $"{Base}/channels/{secret.Owner}",
        "agent" => $"{Base}/agents/{secret.Owner}",
        _ => $"{Base}/api-keys?rotate={secret.Owner}",
    };
}

using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>A channel's settings as a form.</summary>
public sealed partial class ChannelSettings
{
    private DateTimeOffset? _theirsAt;
    private FormShell? _form;
    private bool _testing;

    /// <summary>What is saved.</summary>
    [Parameter, EditorRequired]
    public required ChannelView View { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>For those who may only look.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Raised with what was saved.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<ChannelView> Saved { get; set; }

    /// <summary>Reads what is saved now.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<ChannelView?>> Load { get; set; }

    [Inject]
    private SaveChannel Save { get; set; } = default!;

    [Inject]
    private TestChannel Test { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    private FormDraft Draft { get; set; } = new([], 0);

    private IReadOnlyList<Choice> Agents { get; set; } = [];

    private IReadOnlyList<PreflightCheck>? Checks { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Draft = new(ChannelsService.Form(View), View.Version);
        Agents = [.. (await Names.AgentsAsync((await Caller()).Tenant)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    private async Task<FormResult> SaveAsync()
    {
        var result = await Save.PatchAsync(await Caller(), View.Id, Draft.Patch(), Draft.Version);
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

        return FormResult.From(result, "Saved. It holds from now on.");
    }

    private async Task TestAsync()
    {
        if (_testing || _form?.Validate() != true) return;
        _testing = true;
        try
        {
            var result = await Test.RunDraftAsync(await Caller(), View.Id, Draft.Patch());
            Checks = result.Value;
            if (result.Status == AdminStatus.Invalid) _form.Errors.Set(result.Errors);
        }
        finally
        {
            _testing = false;
        }
    }
}

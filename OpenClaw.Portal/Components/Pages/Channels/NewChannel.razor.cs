using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>Makes a channel: choose the kind, fill in what the kind asks for, try it, save it, take the code.</summary>
public sealed partial class NewChannel
{
    private readonly Dictionary<string, SecretEdit> _secrets = [];
    private FormShell? _form;
    private bool _testing;
    private bool _isJustMade;

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [Inject]
    private ChannelKinds Kinds { get; set; } = default!;

    [Inject]
    private SaveChannel Save { get; set; } = default!;

    [Inject]
    private TestChannel Test { get; set; } = default!;

    [Inject]
    private RestartChannel Restart { get; set; } = default!;

    [Inject]
    private KitScript Script { get; set; } = default!;

    [Inject]
    private ChannelSpecs Specs { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    /// <summary>Typed for another way to sign in, and then not shown any more: not sent.</summary>
    private Dictionary<string, SecretEdit> Needed => _secrets.Where(s => UseOf(s.Key) != SecretUse.None).ToDictionary();

    private IChannelKind? Chosen => Kind is null ? null : Kinds.Find(Kind);

    private FormDraft Draft { get; set; } = Empty(null);

    private IReadOnlyList<Choice> Agents { get; set; } = [];

    private IReadOnlyList<PreflightCheck>? Checks { get; set; }

    private ChannelView? Made { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (Draft.Text("kind") == Chosen?.Kind) return;
        Draft = Empty(Chosen?.Kind);
        Checks = null;
        _secrets.Clear();
    }

    private SecretUse UseOf(string secret) => Chosen?.UseOf(secret, JsonSerializer.SerializeToElement(Draft.Settings)) ?? SecretUse.Required;

    /// <summary>Its base is empty, so that all that is filled in is sent, and nothing else.</summary>
    private static FormDraft Empty(string? kind)
    {
        var draft = new FormDraft([], 0);
        if (kind is not null) draft.Set("kind", kind);
        return draft;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (!_isJustMade) return;
        _isJustMade = false;
        await Script.RunAsync("focusOn", "main h1");
    }

    private async Task RetryAsync()
    {
        if (Made is { } made) await Restart.RunAsync(await CallerAsync(), made.Id);
    }

    private async Task<FormResult> SaveAsync()
    {
        var result = await Save.CreateAsync(await CallerAsync(), Draft.Patch(Needed));
        Made = result.Value;
        _isJustMade = Made is not null;
        return FormResult.From(result);
    }

    private async Task TestAsync()
    {
        if (_testing || _form?.Validate() != true) return;
        _testing = true;
        try
        {
            var result = await Test.RunDraftAsync(await CallerAsync(), null, Draft.Patch(Needed));
            Checks = result.Value;
            if (result.Status == AdminStatus.Invalid) _form.Errors.Set(result.Errors);
        }
        finally
        {
            _testing = false;
        }
    }
}

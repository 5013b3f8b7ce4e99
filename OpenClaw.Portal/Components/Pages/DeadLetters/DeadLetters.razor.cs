using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Dead letters by sort and one by one, the quarantine, and replays of many. Filters, tab and place are in the address.</summary>
public sealed partial class DeadLetters
{
    private static readonly Tab[] Parts = [new("", "Groups"), new("list", "One by one"), new("quarantine", "Quarantine"), new("replays", "Replays")];
    private bool _mayOperate;
    private IReadOnlyList<Choice> _agents = [];

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [Inject]
    private TenantNames Names { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _mayOperate = (await CallerAsync()).May(ApiScopeNames.Operate);
        _agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }
}

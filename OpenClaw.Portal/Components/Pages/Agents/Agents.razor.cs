using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>The tenant's agents with their states, anew each second.</summary>
public sealed partial class Agents
{
    private static readonly Choice[] States = [new("running", "Running"), new("failing", "Failing"), new("disabled", "Off"), new("suspended", "Suspended")];
    private readonly HashSet<Guid> _busy = [];

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [Inject]
    private ChannelsService Service { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private SaveAgent Save { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private IReadOnlyList<AgentItem>? All { get; set; }

    private IReadOnlyList<AgentItem>? Shown => All is null ? null : [.. All.Where(a =>
        (string.IsNullOrEmpty(Text) || a.Name.Contains(Text, StringComparison.CurrentCultureIgnoreCase)) && (string.IsNullOrEmpty(State) || a.State == State))];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync() => All = Service.Agents(TenantId, await Names.AgentsAsync(TenantId, Gone));

    private static string UsedBy(AgentItem agent)
    {
        var uses = new List<string>();
        if (agent.IsDefault) uses.Add("default agent");
        if (agent.Channels.Count > 0) uses.Add(agent.Channels.Count == 1 ? $"channel {agent.Channels[0]}" : $"{agent.Channels.Count} channels");
        if (agent.Rules > 0) uses.Add(agent.Rules == 1 ? "one rule" : $"{agent.Rules} rules");
        return uses.Count == 0 ? "nothing" : string.Join(", ", uses);
    }

    private async Task SwitchAsync(AgentItem agent)
    {
        if (!_busy.Add(agent.Id)) return;
        try
        {
            var result = await Save.PatchAsync(await CallerAsync(), agent.Id, JsonSerializer.SerializeToElement(new { enabled = !agent.Enabled }));
            if (result.Status != AdminStatus.Done) Toasts.Fail(FormResult.From(result).Fault ?? string.Join(" ", result.Errors.Values.SelectMany(e => e)));
            else if (agent.Enabled) Toasts.Show($"“{agent.Name}” is off: it gets no further messages.");
            await RefreshAsync();
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy.Remove(agent.Id);
        }
    }
}

using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Portal.Components.Controls.Charts;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Metrics;

/// <summary>A tenant's charts. What is shown is in the address: time, split, channel, agent.</summary>
public sealed partial class Metrics
{
    private static readonly IReadOnlyList<Choice> Splits = [new("channel", "By channel"), new("agent", "By agent")];
    private IReadOnlyList<Choice> _channels = [];
    private IReadOnlyList<Choice> _agents = [];

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeName { get; set; }

    [SupplyParameterFromQuery]
    private string? By { get; set; }

    [SupplyParameterFromQuery(Name = "channel")]
    private string? ChannelId { get; set; }

    [SupplyParameterFromQuery(Name = "agent")]
    private string? AgentId { get; set; }

    [Inject]
    private MetricQueries Queries { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    private TenantChartChoice Chosen => new(By ?? "", Guid.TryParse(ChannelId, out var channel) ? channel : null, Guid.TryParse(AgentId, out var agent) ? agent : null);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _channels = [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];
        _agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    private async Task<IReadOnlyList<ChartView>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await new TenantCharts(Queries, Base).ReadAsync(await CallerAsync(), from, to, Chosen, cancellationToken);
}

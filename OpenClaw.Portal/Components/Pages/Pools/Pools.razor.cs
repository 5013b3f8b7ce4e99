using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Pools;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Pools;

/// <summary>The tenant's pools, with what they have open.</summary>
public sealed partial class Pools
{
    private const int MostNamed = 4;

    [Inject]
    private PoolQueries Queries { get; set; } = default!;

    [Inject]
    private PoolStatusQuery Statuses { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    private IReadOnlyList<PoolView>? Items { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync() => Items = (await Queries.ListAsync(TenantId, new(PageRequest.MaxLimit), Gone)).Items;

    private string Members(PoolView pool)
    {
        var names = pool.Members.Take(MostNamed).Select(m => Names.Agent(m.Agent)!);
        return string.Join(", ", pool.Members.Count > MostNamed ? [.. names, $"{pool.Members.Count - MostNamed} more"] : names);
    }

    private string Open(PoolView pool) => Statuses.Get(TenantId, pool.Id) is { } status ? Humanize.Count(status.Members.Sum(m => m.Open)) : "–";

    private string UsedBy(PoolView pool) => DeletePool.RulesOf(Catalog, TenantId, pool.Id).Count switch { 0 => "nothing", 1 => "one rule", var count => $"{count} rules" };
}

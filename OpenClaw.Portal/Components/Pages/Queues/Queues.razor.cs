using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Queues;

/// <summary>What waits for each agent and channel, anew each second, and the buttons to stop them and let them go on.</summary>
public sealed partial class Queues
{
    private const int PageSize = 50;
    private const int MaxSentences = 12;
    private static readonly Choice[] Shows = [new("held", "Held up"), new("waiting", "Something waits")];
    private bool _mayOperate;
    private int _agents = PageSize;
    private int _channels = PageSize;

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? Show { get; set; }

    [Inject]
    private QueueQueries Queries { get; set; } = default!;

    private IReadOnlyList<QueueView>? All { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Text) || !string.IsNullOrEmpty(Show);

    private IReadOnlyList<(QueueView Queue, string Sentence)> Waits => [.. (All ?? []).SelectMany(q => q.Waits.Select(w => (q, w))).Take(MaxSentences)];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _mayOperate = (await CallerAsync()).May(ApiScopeNames.Operate);
        await RefreshAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync() => All = await Queries.AllAsync(TenantId, Gone);

    private string Address(QueueView queue) => $"{Base}/{queue.Kind}s/{queue.Id}";

    private IReadOnlyList<QueueView>? Part(string kind) => All is null ? null : [.. Fitting(kind).Take(kind == "agent" ? _agents : _channels)];

    private int Count(string kind) => Fitting(kind).Count();

    private IEnumerable<QueueView> Fitting(string kind) => (All ?? []).Where(q => q.Kind == kind
        && (string.IsNullOrEmpty(Text) || q.Name.Contains(Text, StringComparison.CurrentCultureIgnoreCase))
        && Show switch { "held" => q.IsHeldUp, "waiting" => q.Depth + q.Replies + q.LateAnswers + q.Circuit.Waiting > 0, _ => true });
}

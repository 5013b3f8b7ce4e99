using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Drills;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Drills;

/// <summary>Starts fault drills and watches them. Pages of agents and channels lead here with <c>?subject=</c>.</summary>
public sealed partial class Drills
{
    private readonly Dictionary<Guid, DrillOutcome> _outcomes = [];
    private readonly Dictionary<Guid, QueueView> _queues = [];
    private bool _another;

    [SupplyParameterFromQuery]
    private string? Subject { get; set; }

    [Inject]
    private DrillQueries Queries { get; set; } = default!;

    [Inject]
    private DrillBook Book { get; set; } = default!;

    [Inject]
    private DrillFigures Figures { get; set; } = default!;

    [Inject]
    private QueueQueries Backlog { get; set; } = default!;

    [Inject]
    private RunDrill Run { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private IReadOnlyList<Choice>? Subjects { get; set; }

    private IReadOnlyList<DrillView> Running { get; set; } = [];

    private IReadOnlyList<DrillView>? Items { get; set; }

    private string? Next { get; set; }

    private DateTimeOffset Now { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        var agents = (await Names.AgentsAsync(TenantId)).Where(a => Catalog.FindAgent(a.Id)?.IsTest == true).Select(a => new Choice($"agent:{a.Id}", $"Agent “{a.Name}”"));
        var channels = Names.Channels(TenantId).Where(c => Catalog.FindChannel(c.Id)?.IsTest == true).Select(c => new Choice($"channel:{c.Id}", $"Channel “{c.Name}”"));
        Subjects = [.. agents, .. channels];
        await RefreshAsync();
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task RefreshAsync()
    {
        Now = Clock.GetUtcNow();
        var ended = Running.Count;
        Running = Book.Active(TenantId);
        if (Running.Count < ended) await LoadAsync();
        if (Running.Count == 0) return;
        Items = Items?.Select(d => Running.FirstOrDefault(r => r.Id == d.Id) ?? d).ToList();
        var caller = await CallerAsync();
        foreach (var drill in Running)
        {
            _outcomes[drill.Id] = await Figures.ReadAsync(caller, drill, Gone);
            if (await Backlog.GetAsync(TenantId, drill.Subject, Gone) is { } queue) _queues[drill.Subject] = queue;
        }
    }

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit));
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next));
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private async Task<FormResult> StartAsync(JsonElement body)
    {
        var subject = Subjects?.FirstOrDefault(s => s.Value == $"{body.GetProperty("kind")}:{body.GetProperty("subject")}")?.Text ?? "it";
        var faults = DrillFaults.Of(body.GetProperty("faults")).InWords();
        if (!await Confirm.AskAsync($"Start the drill on {char.ToLowerInvariant(subject[0])}{subject[1..]}?", $"For {body.GetProperty("minutes")} minutes its calls meet: {faults}. Messages that people send to it are tried again, wait, or become dead letters, as in a real failure.", "Start the drill", danger: true))
            return FormResult.NotYet;
        var result = await Run.StartAsync(await CallerAsync(), body);
        if (result.Status != AdminStatus.Done) return FormResult.From(result);
        _another = false;
        await RefreshAsync();
        await LoadAsync();
        return FormResult.Saved("The drill is on.");
    }

    private async Task StopAsync(DrillView drill)
    {
        var result = await Run.StopAsync(await CallerAsync(), drill.Id);
        if (result.Status == AdminStatus.Done) Toasts.Show("The drill is over: calls go their usual way again.");
        else Toasts.Fail("The drill was gone already.");
        await RefreshAsync();
        await LoadAsync();
    }
}

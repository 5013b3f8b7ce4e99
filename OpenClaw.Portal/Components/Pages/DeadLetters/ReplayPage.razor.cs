using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>A replay of many as it goes on: progress, steps, what failed again, and the buttons to hold it in.</summary>
public sealed partial class ReplayPage
{
    private const string Paused = "Paused: what has begun is finished, nothing new begins.";
    private const string GoesOn = "It goes on.";
    private static readonly string[] Steps = ["1", "5", "20", "100", "the rest"];
    private ReplayView? _replay;
    private Page<ReplayItemView>? _items;
    private IReadOnlyDictionary<string, DeadLetterView> _examples = new Dictionary<string, DeadLetterView>();
    private IReadOnlyList<string> _held = [];
    private (Guid, string?, string?)? _shown;
    private bool _mayOperate;
    private bool _loaded;
    private bool _busy;

    /// <summary>The replay.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Show { get; set; }

    [SupplyParameterFromQuery]
    private string? After { get; set; }

    [Inject]
    private ReplayQueries Queries { get; set; } = default!;

    [Inject]
    private QueueQueries Queues { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private SteerReplay Steer { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _mayOperate = (await CallerAsync()).May(ApiScopeNames.Operate);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (Id, Show, After)) return;
        _shown = (Id, Show, After);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override Task RefreshAsync() => _replay is { FinishedAt: null } or { InFlight: > 0 } ? LoadAsync() : Task.CompletedTask;

    private static IReadOnlyList<Tab> Shows(ReplayView replay) =>
        [new("", "All", replay.Total), new(ReplayItemStates.Failed, "Failed again", replay.Failed), new(ReplayItemStates.Answered, "Answered", replay.Answered), new(ReplayItemStates.Started, "Under way", replay.InFlight), new(ReplayItemStates.Skipped, "Left out", replay.Skipped)];

    private static int Over(ReplayView replay) => replay.Answered + replay.Failed + replay.Skipped;

    private string Title(ReplayView replay) => $"Replay: {ReplayWords.What(replay, Names, _examples)}";

    private static string Purpose(ReplayView replay) => $"{(replay.Total == 1 ? "1 letter" : $"{Humanize.Count(replay.Total)} letters")}. {How(replay)}";

    private static string How(ReplayView replay) => replay.Shadow
        ? "Another agent is asked, its answers are stored and compared. Nobody is sent anything."
        : "Dead letters are handled once more, in the order of their messages.";

    /// <summary>With how many a stopped one goes on.</summary>
    private static string Next(ReplayView replay)
    {
        var size = replay.Canary ? CanarySteps.Size(replay.Step + 1) : null;
        return size is { } next && next < replay.Waiting ? $"the next {next}" : replay.Waiting == 1 ? "the last one" : $"the remaining {Humanize.Count(replay.Waiting)}";
    }

    private static string Sentence(ReplayView replay)
    {
        var over = $"{Humanize.Count(Over(replay))} of {Humanize.Count(replay.Total)} are over: {Humanize.Count(replay.Answered)} answered, {Humanize.Count(replay.Failed)} failed again, {Humanize.Count(replay.Skipped)} left out.";
        return replay.State switch
        {
            ReplayStates.Preparing => "What is to be replayed is being written down.",
            ReplayStates.Done when replay.Failed == 0 => $"Done. {over}",
            _ => over,
        };
    }

    private static string StepLook(ReplayView replay, int step) =>
        step < replay.Step || replay.State == ReplayStates.Done ? "over" : step > replay.Step ? "" : replay.State == ReplayStates.Stopped ? "bad" : "now";

    private static string StepIcon(ReplayView replay) => replay.State switch { ReplayStates.Stopped => "alert", ReplayStates.Paused => "pause", ReplayStates.Cancelled => "close", _ => "refresh" };

    private async Task LoadAsync()
    {
        _replay = await Queries.GetAsync(TenantId, Id, Gone);
        if (_replay is { } replay && ReplayWords.Group(replay) is { } group && _examples.Count == 0) _examples = await Queries.ExamplesAsync(TenantId, [group], Gone);
        _held = await HeldAsync();
        try
        {
            _items = await Queries.ItemsAsync(TenantId, Id, ReplayItemStates.All.Contains(Show) ? Show : null, new(PageRequest.DefaultLimit, After), Gone);
        }
        catch (InvalidInputException)
        {
            // an address that somebody mistyped: from the beginning
            _items = await Queries.ItemsAsync(TenantId, Id, null, new(PageRequest.DefaultLimit), Gone);
        }

        _loaded = true;
    }

    /// <summary>Why nothing moves: what its letters wait for that does not work now, a sentence each.</summary>
    private async Task<IReadOnlyList<string>> HeldAsync()
    {
        if (_replay is not { Shadow: false } replay || !(replay.InFlight > 0 || (replay is { State: ReplayStates.Running, Waiting: > 0 }))) return [];
        var awaited = await Queries.AwaitedAsync(TenantId, replay, Gone);
        return [.. (await Queues.AllAsync(TenantId, Gone)).Where(v => awaited.Contains(v.Id) && v.Hold is not null).Select(v => $"It waits for {v.Hold}.")];
    }

    private async Task CancelAsync()
    {
        if (!await Confirm.AskAsync("Cancel this replay?", "What has begun is finished. What has not begun stays an open dead letter and can be replayed another time.", "Cancel the replay", danger: true, dismiss: "Keep it going")) return;
        await SteerAsync(Steer.CancelAsync, "Cancelled.");
    }

    private async Task SteerAsync(Func<Caller, Guid, CancellationToken, Task<AdminResult<ReplayView>>> step, string done)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            var result = await step(await CallerAsync(), Id, Gone);
            if (result.Status == AdminStatus.Done) Toasts.Show(done);
            else Toasts.Fail(result.Reason ?? "It was not done: the replay is not there any more.");
            await LoadAsync();
        }
        finally
        {
            _busy = false;
        }
    }
}

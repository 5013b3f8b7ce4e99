using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>Tries the draft on stored messages: begins, follows and cancels back-tests, and shows what they found. The chosen one is in the address.</summary>
public sealed partial class BacktestTab : IAsyncDisposable
{
    private static readonly int[] Spans = [1, 7, 30];
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;
    private BacktestView? _view;
    private IReadOnlyList<BacktestView> _earlier = [];
    private (Guid? Run, bool Read) _shown;
    private string? _fault;
    private bool _busy, _loaded, _publishing;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The rules as drafted.</summary>
    [Parameter, EditorRequired]
    public required DraftView Draft { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The person may start and cancel one.</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Ask { get; set; }

    /// <summary>The back-test that is shown; null = the last.</summary>
    [Parameter]
    public Guid? Run { get; set; }

    /// <summary>How many days are chosen.</summary>
    [Parameter]
    public int? Days { get; set; }

    /// <summary>The draft was published from here.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private BacktestQueries Queries { get; set; } = default!;

    [Inject]
    private StartBacktest Start { get; set; } = default!;

    [Inject]
    private CancelBacktest Cancel { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private int Span => Days is { } days && Spans.Contains(days) ? days : StartBacktest.DefaultDays;

    private bool IsRunning => _view?.State == BacktestStates.Running;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (Run, true)) return;
        _shown = (Run, true);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ticking = TickAsync();
    }

    private static string Messages(long count) => count == 1 ? "one message" : $"{Humanize.Count(count)} messages";

    private static string Difference(BacktestRule rule)
    {
        var more = (rule.After ?? 0) - (rule.Before ?? 0);
        return more == 0 ? "0" : (more > 0 ? "+" : "−") + Humanize.Count(Math.Abs(more));
    }

    private static string Heading(BacktestView view) => view.State switch
    {
        BacktestStates.Running => "Under way",
        BacktestStates.Done when view.Counts is { Messages: > 0, Moved: 0, NewlyDropped: 0, NewlyNoRoute: 0 } => "Nothing would change",
        BacktestStates.Done => "Result",
        _ => "Result as far as it came",
    };

    private static string Sentence(BacktestCounts counts)
    {
        var to = counts.UnmatchedTo;
        string?[] ways =
        [
            to.Last > 0 ? $"{Humanize.Count(to.Last)} stay with the agent that their conversation had" : null, to.Channel > 0 ? $"{Humanize.Count(to.Channel)} go to their channel's agent" : null,
            to.Default > 0 ? $"{Humanize.Count(to.Default)} go to the default agent" : null, to.None > 0 ? $"{Humanize.Count(to.None)} go to nobody" : null,
        ];
        var text = counts.Unmatched == 0 ? "" : $"No rule decides about {Messages(counts.Unmatched)}: {string.Join(", ", ways.Where(w => w is not null))}.";
        if (counts.Following > 0) text += $" {Humanize.Count(counts.Following)} more would follow their conversation, which had moved before.";
        if (counts.Dropped > 0) text += $" Rules drop {Messages(counts.Dropped)}.";
        if (counts.Assigned > 0) text += $" {Humanize.Count(counts.Assigned)} came in conversations that were assigned to an agent, where no rule is asked.";
        if (counts.Skipped > 0) text += $" {Humanize.Count(counts.Skipped)} were left out: their channel is gone, or they are commands to the gateway.";
        return text.Trim();
    }

    internal static string PlaceOf(BacktestPlace place) => place.Kind switch
    {
        "agent" => place.Name ?? "an agent",
        "pool" => $"Pool {place.Name}",
        "capable" => $"Whoever is good at “{place.Name}”",
        "drop" => "Nobody (dropped)",
        _ => "Nobody (dead letter)",
    };

    private static IEnumerable<(string Id, string Title, string Text, long Count, IReadOnlyList<BacktestExample> Items)> Kinds(BacktestView view)
    {
        if (view.Examples is not { } examples) yield break;
        if (view.Counts.NewlyDropped > 0) yield return ("dropped", "What would be dropped", "Nobody answers these, and somebody does now.", view.Counts.NewlyDropped, examples.Dropped);
        if (view.Counts.NewlyNoRoute > 0) yield return ("no-route", "What would find no agent", "These would become dead letters.", view.Counts.NewlyNoRoute, examples.NoRoute);
        if (view.Counts.NewlyUnmatched > 0) yield return ("unmatched", "What no rule would decide about any more", "A rule decides about these now. Without one, the conversation's last agent answers, else the channel's, else the default agent.", view.Counts.NewlyUnmatched, examples.Unmatched);
    }

    private bool IsStale(BacktestView view) => view.Stamp != BacktestRules.Stamp(Draft.Rules.Select(r => r.Rule)) || view.BaseVersion != Draft.Live;

    private async Task LoadAsync()
    {
        _earlier = (await Queries.ListAsync(TenantId, new(StartBacktest.MostKept), _stop.Token)).Items;
        var wanted = Run ?? (_earlier is [var last, ..] ? last.Id : null);
        _view = wanted is { } id ? await Queries.GetAsync(TenantId, id, _stop.Token) : null;
        _loaded = true;
    }

    private void ChooseAsync(ChangeEventArgs change) => Navigation.SetQuery(("days", change.Value as string));

    private Task StartAsync() => StepAsync(async caller =>
    {
        var input = JsonSerializer.SerializeToElement(new { since = Time.GetUtcNow().AddDays(-Span) });
        var result = await Start.RunAsync(caller, input, _stop.Token);
        if (result.Value is { } begun)
        {
            _view = begun;
            Navigation.SetQuery(("run", begun.Id.ToString()), ("days", Span.ToString(CultureInfo.InvariantCulture)));
        }
        else _fault = result.Reason ?? string.Join(" ", result.Errors.SelectMany(e => e.Value));
    });

    private Task CancelAsync() => StepAsync(async caller =>
    {
        if (_view is not { } view) return;
        var result = await Cancel.RunAsync(caller, view.Id, _stop.Token);
        if (result.Status == AdminStatus.InUse) _fault = result.Reason;
        _view = await Queries.GetAsync(TenantId, view.Id, _stop.Token);
    });

    private async Task StepAsync(Func<Caller, Task> step)
    {
        if (_busy) return;
        (_busy, _fault) = (true, null);
        try
        {
            await step(await Ask());
        }
        catch (ForbiddenException refused)
        {
            _fault = refused.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task CloseAsync()
    {
        _publishing = false;
        await Changed.InvokeAsync();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (!IsRunning) continue;
                await InvokeAsync(async () =>
                {
                    if (_busy || _view is not { } view) return;
                    var now = await Queries.GetAsync(TenantId, view.Id, _stop.Token);
                    if (_view?.Id == view.Id) _view = now;
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }
}

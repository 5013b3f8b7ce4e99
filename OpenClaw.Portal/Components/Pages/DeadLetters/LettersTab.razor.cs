using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Dead letters one by one, or what is in the quarantine: some can be chosen and replayed, released or discarded.</summary>
public sealed partial class LettersTab
{
    private readonly Dictionary<Guid, string> _chosen = [];
    private DeadLetterFilter? _chosenFrom;
    private IReadOnlyList<string> _unread = [];
    private bool _discarding;
    private Page<DeadLetterView>? _page;
    private Replaying _replaying;
    private int _fitting;
    private string? _fault;
    private bool _busy;

    private enum Replaying
    {
        None,
        Chosen,
        Fitting,
    }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>They may replay, release and discard.</summary>
    [Parameter]
    public bool MayOperate { get; set; }

    /// <summary>What looped or poisoned, instead of the rest.</summary>
    [Parameter]
    public bool Quarantined { get; set; }

    /// <summary>The tenant's agents.</summary>
    [Parameter]
    public IReadOnlyList<Choice> Agents { get; set; } = [];

    [Inject]
    private DeadLetterQueries Queries { get; set; } = default!;

    [Inject]
    private Quarantine Quarantine { get; set; } = default!;

    [Inject]
    private ResolveLetter Resolve { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private DeadLetterFilter Filter => Quarantined ? LetterQuery.Read(Navigation) with { State = DeadLetterStates.Quarantined } : LetterQuery.Read(Navigation);

    private bool IsPageChosen => _page is { Items.Count: > 0 } page && page.Items.All(d => _chosen.ContainsKey(d.Id));

    private List<Guid> Open => ChosenOf(DeadLetterStates.Open);

    private List<Guid> InQuarantine => ChosenOf(DeadLetterStates.Quarantined);

    private List<Guid> Discarded => ChosenOf(DeadLetterStates.Discarded);

    private List<Guid> Discardable => [.. Open, .. InQuarantine];

    private int Elsewhere => Discardable.Except((_page?.Items ?? []).Select(d => d.Id)).Count();

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        // what was chosen under other filters is not what the reader sees
        if (_chosenFrom != Filter) _chosen.Clear();
        _chosenFrom = Filter;
        _unread = LetterQuery.Unread(Navigation);
        try
        {
            _page = await Queries.ListAsync(TenantId, Filter, new(PageRequest.DefaultLimit, Navigation.Query("after")), Gone);
            _fitting = _unread.Count == 0 && LetterQuery.CanBeReplayed(Filter) ? await Queries.CountAsync(TenantId, Filter with { State = DeadLetterStates.Open }, Gone) : 0;
            _fault = null;
            foreach (var letter in _page.Items.Where(d => _chosen.ContainsKey(d.Id))) _chosen[letter.Id] = letter.State;
        }
        catch (InvalidInputException)
        {
            (_page, _fault) = (null, "This address names a place in the list that is not there.");
        }
    }

    /// <inheritdoc />
    protected override Task ReloadAsync() => Navigation.Query("after") is null ? LoadAsync() : Task.CompletedTask;

    private List<Guid> ChosenOf(string state) => [.. _chosen.Where(c => c.Value == state).Select(c => c.Key)];

    private JsonObject OpenChosen() => new() { ["ids"] = new JsonArray([.. Open.Select(c => (JsonNode)c.ToString())]) };

    private void Choose(DeadLetterView letter, bool chosen)
    {
        if (chosen) _chosen[letter.Id] = letter.State;
        else _chosen.Remove(letter.Id);
    }

    private void ChoosePage(bool chosen)
    {
        foreach (var letter in _page?.Items ?? []) Choose(letter, chosen);
    }

    private Task AskToDiscardAsync()
    {
        if (Discardable.Count <= 1) return DiscardAsync(null);
        _discarding = true;
        return Task.CompletedTask;
    }

    private Task ReleaseAsync() => DoAsync(async () =>
    {
        var chosen = InQuarantine;
        var count = chosen.Count;
        var text = count == 1 ? "The message is handled once more. If it loops or makes the gateway fail again, it comes back here." : "The messages are handled once more, in order. What loops or makes the gateway fail again comes back here.";
        if (!await Confirm.AskAsync(count == 1 ? "Release this message?" : $"Release {count} messages?", text, "Release")) return false;
        var released = await Quarantine.ReleaseAsync(await Caller(), [.. chosen.Take(Quarantine.MaxAtOnce)]);
        var refused = released.Where(r => r.Reason is not null).ToList();
        if (refused.Count > 0) Toasts.Fail($"{refused.Count} of {released.Count} were not released: {refused[0].Reason}");
        if (released.Count > refused.Count) Toasts.Show(released.Count - refused.Count == 1 ? "One is released." : $"{released.Count - refused.Count} are released.");
        return true;
    });

    private Task DiscardAsync(string? reason) => DoAsync(async () =>
    {
        _discarding = false;
        var (chosen, discarded) = (Discardable, new List<Guid>());
        string? why = null;
        foreach (var letter in chosen)
        {
            var result = await Resolve.DiscardAsync(await Caller(), letter, reason);
            if (result.Status == AdminStatus.Done) discarded.Add(letter);
            else why = result.Reason ?? "It is not there any more.";
        }

        if (why is not null) Toasts.Fail($"{chosen.Count - discarded.Count} of {chosen.Count} were not discarded: {why}");
        if (discarded.Count > 0) Toasts.Show(discarded.Count == 1 ? "One is discarded." : $"{discarded.Count} are discarded.", () => UndoAsync(discarded));
        return true;
    });

    private Task RestoreAsync() => DoAsync(async () =>
    {
        var (chosen, restored) = (Discarded, 0);
        string? why = null;
        foreach (var letter in chosen)
        {
            var result = await Resolve.RestoreAsync(await Caller(), letter, null);
            if (result.Status == AdminStatus.Done) restored++;
            else why = result.Reason ?? "It is not there any more.";
        }

        if (why is not null) Toasts.Fail($"{chosen.Count - restored} of {chosen.Count} were not restored: {why}");
        if (restored > 0) Toasts.Show(restored == 1 ? "One is restored." : $"{restored} are restored.");
        return true;
    });

    private async Task UndoAsync(List<Guid> letters)
    {
        foreach (var letter in letters) await Resolve.RestoreAsync(await Caller(), letter, null);
        await InvokeAsync(RefreshAsync);
    }

    private async Task DoAsync(Func<Task<bool>> step)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            if (await step()) _chosen.Clear();
        }
        catch (IOException fault)
        {
            Toasts.Fail($"It was not done: {fault.Message}");
        }
        finally
        {
            _busy = false;
            await LoadAsync();
        }
    }
}

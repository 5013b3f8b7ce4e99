using System.Text.Json;
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
    private readonly HashSet<Guid> _chosen = [];
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

    private bool IsPageChosen => _page is { Items.Count: > 0 } page && page.Items.All(d => _chosen.Contains(d.Id));

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        try
        {
            _page = await Queries.ListAsync(TenantId, Filter, new(PageRequest.DefaultLimit, Navigation.Query("after")), Gone);
            _fitting = LetterQuery.CanBeReplayed(Filter) ? await Queries.CountAsync(TenantId, Filter with { State = DeadLetterStates.Open }, Gone) : 0;
            _fault = null;
        }
        catch (InvalidInputException)
        {
            _fault = "This address names a place in the list that is not there. Clear the filters to begin anew.";
        }
    }

    /// <inheritdoc />
    protected override Task ReloadAsync() => Navigation.Query("after") is null ? LoadAsync() : Task.CompletedTask;

    private static string Said(DeadLetterView letter) =>
        letter.Payload.ValueKind == JsonValueKind.Object && letter.Payload.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } said
            ? LetterWords.Cut(said) : "(no text)";

    private void Choose(Guid letter, bool chosen)
    {
        if (chosen) _chosen.Add(letter);
        else _chosen.Remove(letter);
    }

    private void ChoosePage(bool chosen)
    {
        foreach (var letter in _page?.Items ?? []) Choose(letter.Id, chosen);
    }

    private Task ReleaseAsync() => DoAsync(async () =>
    {
        var count = _chosen.Count;
        var text = count == 1 ? "The message is handled once more. If it loops or makes the gateway fail again, it comes back here." : "The messages are handled once more, in order. What loops or makes the gateway fail again comes back here.";
        if (!await Confirm.AskAsync(count == 1 ? "Release this message?" : $"Release {count} messages?", text, "Release")) return;
        var released = await Quarantine.ReleaseAsync(await Caller(), [.. _chosen.Take(Quarantine.MaxAtOnce)]);
        var refused = released.Where(r => r.Reason is not null).ToList();
        if (refused.Count > 0) Toasts.Fail($"{refused.Count} of {released.Count} were not released: {refused[0].Reason}");
        if (released.Count > refused.Count) Toasts.Show(released.Count - refused.Count == 1 ? "One is released." : $"{released.Count - refused.Count} are released.");
    });

    private Task DiscardAsync() => DoAsync(async () =>
    {
        var discarded = new List<Guid>();
        string? why = null;
        foreach (var letter in _chosen.ToList())
        {
            var result = await Resolve.DiscardAsync(await Caller(), letter, null);
            if (result.Status == AdminStatus.Done) discarded.Add(letter);
            else why = result.Reason ?? "It is not there any more.";
        }

        if (why is not null) Toasts.Fail($"{_chosen.Count - discarded.Count} of {_chosen.Count} were not discarded: {why}");
        if (discarded.Count > 0) Toasts.Show(discarded.Count == 1 ? "One is discarded." : $"{discarded.Count} are discarded.", () => RestoreAsync(discarded));
    });

    private async Task RestoreAsync(List<Guid> letters)
    {
        foreach (var letter in letters) await Resolve.RestoreAsync(await Caller(), letter, null);
        await InvokeAsync(RefreshAsync);
    }

    private async Task DoAsync(Func<Task> step)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            await step();
            _chosen.Clear();
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

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>One dead letter: what happened, what to do, every attempt, what the message said, and what became of it since.</summary>
public sealed partial class LetterPage
{
    private const int Rarely = 5;
    private DeadLetterDetail? _letter;
    private IReadOnlyList<Choice> _agents = [];
    private Guid _of;
    private bool _mayOperate;
    private bool _isOwner;
    private bool _loaded;
    private bool _dialog;
    private bool _busy;
    private int _ticks;

    /// <summary>The dead letter.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private DeadLetterDetails Details { get; set; } = default!;

    [Inject]
    private ReplayLetter Replay { get; set; } = default!;

    [Inject]
    private ResolveLetter Resolve { get; set; } = default!;

    [Inject]
    private Quarantine Quarantine { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? From { get; set; }

    private string Back => LetterQuery.Back(From) is { } list ? $"{Base}/dead-letters{list}" : _letter is { Cause: DeadLetterCauses.Poison or DeadLetterCauses.Loop } ? $"{Base}/dead-letters?tab=quarantine"
        : _letter is { } letter ? $"{Base}/dead-letters?tab=list&group={letter.Fingerprint}" : $"{Base}/dead-letters";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        var caller = await CallerAsync();
        (_mayOperate, _isOwner) = (caller.May(ApiScopeNames.Operate), caller.May(ApiScopeNames.Own));
        _agents = [.. (await Names.AgentsAsync(TenantId, Gone)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_of == Id) return;
        (_of, _dialog) = (Id, false);
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override Task RefreshAsync() => _letter is { State: DeadLetterStates.Replaying } || (_letter is not null && ++_ticks % Rarely == 0) ? LoadAsync() : Task.CompletedTask;

    private static JsonObject Node(JsonElement json) => JsonObject.Create(json) ?? [];

    private string Address(Guid letter) => $"{Base}/dead-letters/{letter}";

    private string Purpose(DeadLetterDetail letter) =>
        $"{LetterWords.Stage(letter.Stage)} failed. {Names.Channel(letter.Channel)}{(Names.Agent(letter.Agent) is { } agent ? $", {agent}" : "")}.";

    private bool HasChannel(DeadLetterDetail letter) => Catalog.FindChannel(letter.Channel) is not null;

    private bool HasAgent(DeadLetterDetail letter) => letter.Agent is { } agent && Catalog.FindAgent(agent) is not null;

    /// <summary>Answered or discarded: nothing is left to be done, and nothing to be warned of.</summary>
    private static bool IsClosed(DeadLetterDetail letter) => letter.State is DeadLetterStates.Discarded or DeadLetterStates.Replayed;

    private static (string Class, string Icon, string Word)? Outcome(DeadLetterDetail letter) => letter switch
    {
        { State: DeadLetterStates.Replayed, Next: not null } => ("bad", "alert", "Failed again"),
        { State: DeadLetterStates.Replayed, Answers.Count: > 0 } => ("good", "check", "Answered"),
        _ => null,
    };

    private (string Words, string Address)? Link(DeadLetterDetail letter) => letter.Advice.Link switch
    {
        "agent" when letter.Agent is { } agent && HasAgent(letter) => ("To the agent", $"{Base}/agents/{agent}"),
        "agent" => ("To the agents", $"{Base}/agents"),
        "channel" when !HasChannel(letter) => ("To the channels", $"{Base}/channels"),
        "channel" => ("To the channel", $"{Base}/channels/{letter.Channel}"),
        "routing" => ("To the routing", $"{Base}/routing"),
        "circuits" => ("To queues and circuits", $"{Base}/queues"),
        "conversation" when letter.HasConversation => ("To the conversation", $"{Base}/conversations/{letter.SessionId}?message={letter.MessageId}"),
        "network" when _isOwner => ("To the network settings", "owner/network"),
        _ => null,
    };

    private async Task LoadAsync()
    {
        _letter = await Details.GetAsync(TenantId, Id, Gone);
        _loaded = true;
    }

    private Task ReplayAsync() => DoAsync(async () =>
    {
        if (_letter is not { } letter) return;
        if (letter.Risk != DeadLetterRisks.NeverSent && !await Confirm.AskAsync("Replay it?", LetterWords.Risk(letter.Risk), "Replay")) return;
        Tell(await Replay.RunAsync(await CallerAsync(), Id, default), "It is being handled again.");
    });

    private Task ReleaseAsync() => DoAsync(async () =>
    {
        if (!await Confirm.AskAsync("Release this message?", "The message is handled once more. If it loops or makes the gateway fail again, it comes back here.", "Release")) return;
        Tell(await Quarantine.ReleaseAsync(await CallerAsync(), Id), "Released: it is being handled once more.");
    });

    private Task DiscardAsync() => DoAsync(async () =>
    {
        var result = await Resolve.DiscardAsync(await CallerAsync(), Id, null);
        if (result.Status == AdminStatus.Done) Toasts.Show("Discarded.", undo: () => InvokeAsync(RestoreAsync));
        else Toasts.Fail(result.Reason ?? "It is not there any more.");
    });

    private Task RestoreAsync() => DoAsync(async () => Tell(await Resolve.RestoreAsync(await CallerAsync(), Id, null), "It is open again."));

    private async Task BegunAsync(LetterReplayed begun)
    {
        _dialog = false;
        if (begun.Shadow is { } shadow) Navigation.NavigateTo($"{Base}/replays/{shadow.Id}");
        else await LoadAsync();
    }

    private void Tell<T>(AdminResult<T> result, string done)
    {
        if (result.Status == AdminStatus.Done) Toasts.Show(done);
        else Toasts.Fail(result.Reason ?? (result.Errors.Count > 0 ? string.Join(" ", result.Errors.Values.SelectMany(e => e)) : "It is not there any more."));
    }

    private async Task DoAsync(Func<Task> step)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            await step();
            await LoadAsync();
        }
        catch (IOException fault)
        {
            Toasts.Fail($"It was not done: {fault.Message}");
        }
        finally
        {
            _busy = false;
            StateHasChanged();
        }
    }
}

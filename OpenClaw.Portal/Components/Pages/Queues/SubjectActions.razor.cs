using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Queues;

/// <summary>What an operator does with a channel or agent: stop it (pause or drain), let it go on, hold its circuit.</summary>
public sealed partial class SubjectActions
{
    private static readonly Choice[] States =
    [
        new(ForceCircuit.Auto, "Decides itself", "Opens when too many calls fail, closes when a trial works."),
        new("open", "Hold open", "No call goes through, not even a trial. Messages wait."),
        new("closed", "Hold closed", "Every call goes through, however many fail. Failures use up the tries of messages."),
    ];
    private Dialog _dialog;
    private bool _busy;
    private string? _flow;
    private string? _state;
    private string? _reason;
    private decimal? _minutes;

    private enum Dialog
    {
        None,
        Stop,
        Force,
    }

    /// <summary>The channel or agent.</summary>
    [Parameter, EditorRequired]
    public required QueueView Queue { get; set; }

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>Something was done.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private SetFlow Flow { get; set; } = default!;

    [Inject]
    private ForceCircuit Force { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private IReadOnlyList<Choice> Ways => Queue.Kind == "agent"
        ?
        [
            new("paused", "Pause", "It is asked nothing more. Messages wait, however long, and go on in order when it resumes."),
            new("draining", "Drain", "It finishes what it works on and gets nothing new: another agent that the rules allow does, else messages wait."),
        ]
        :
        [
            new("paused", "Pause", "It goes on accepting messages. They and the replies wait, however long."),
            new("draining", "Drain", "It accepts nothing new. What was accepted is answered and sent."),
        ];

    private void OpenStop() => (_dialog, _flow, _reason) = (Dialog.Stop, "paused", null);

    private void OpenForce() => (_dialog, _state, _reason, _minutes) = (Dialog.Force, Queue.Circuit.Forced ?? "open", Queue.Circuit.ForcedReason, Queue.Circuit.Forced is null ? 60 : null);

    private void Shut() => _dialog = Dialog.None;

    private async Task<FormResult> StopAsync()
    {
        var paused = _flow == "paused";
        var result = await Flow.RunAsync(await Caller(), Queue.Id, paused ? SubjectFlow.Paused : SubjectFlow.Draining, _reason);
        return await EndAsync(result, paused ? $"“{Queue.Name}” is paused." : $"“{Queue.Name}” is being drained.");
    }

    private async Task<FormResult> ForceAsync()
    {
        var auto = _state == ForceCircuit.Auto;
        var result = await Force.RunAsync(await Caller(), Queue.Id, _state, auto ? null : _reason, auto ? null : (double?)_minutes);
        return await EndAsync(result, auto ? $"The circuit of “{Queue.Name}” decides itself." : $"The circuit of “{Queue.Name}” is held {_state}.");
    }

    private async Task<FormResult> EndAsync<T>(AdminResult<T> result, string done)
    {
        if (result.Status != AdminStatus.Done) return FormResult.From(result);
        Shut();
        await Changed.InvokeAsync();
        return FormResult.Saved(done);
    }

    private async Task ResumeAsync()
    {
        if (_busy) return;
        _busy = true;
        try
        {
            var (former, reason) = (Queue.Flow == "paused" ? SubjectFlow.Paused : SubjectFlow.Draining, Queue.FlowReason);
            var result = await Flow.RunAsync(await Caller(), Queue.Id, SubjectFlow.Running, null);
            if (result.Status != AdminStatus.Done) Toasts.Fail(FormResult.From(result).Fault ?? "It was not resumed. Try again.");
            else Toasts.Show($"“{Queue.Name}” goes on.", () => BackAsync(former, reason));
            await Changed.InvokeAsync();
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task BackAsync(SubjectFlow former, string? reason)
    {
        await Flow.RunAsync(await Caller(), Queue.Id, former, reason);
        await InvokeAsync(Changed.InvokeAsync);
    }
}

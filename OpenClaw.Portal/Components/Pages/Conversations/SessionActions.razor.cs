using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What can be done with a session: take it over, hand it back, move, close, open again, export.</summary>
public sealed partial class SessionActions
{
    private static readonly Choice[] Formats = [new("txt", "Export as text"), new("json", "Export as JSON"), new("csv", "Export as CSV")];
    private Dialog _dialog;
    private string? _note;
    private string? _agent;
    private bool _busy;

    private enum Dialog
    {
        None,
        HandBack,
        Assign,
    }

    /// <summary>The session.</summary>
    [Parameter, EditorRequired]
    public required SessionView Session { get; set; }

    /// <summary>Agents that it can be moved to.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Choice> Agents { get; set; }

    /// <summary>Something was done: what it is now.</summary>
    [Parameter]
    public EventCallback<SessionView> Changed { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private ControlSession Control { get; set; } = default!;

    [Inject]
    private SessionQueries Sessions { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private bool IsMine => Session.TakenBy?.Id == Rights.Person;

    private string AgentName => Names.Agent(Session.Agent) ?? "The agent";

    private async Task TakeOverAsync()
    {
        var caller = await Rights.Caller();
        // as it is now, not as it was drawn: another operator may have been quicker
        var now = await Sessions.GetAsync(caller.Tenant, Session.Id);
        if (now?.TakenBy is { } other && other.Id != Rights.Person
            && !await Confirm.AskAsync($"Take it from {other.Name}?", $"{other.Name} answers this conversation now. If you go on, you answer, and {other.Name} sees that.", "Take over")) return;
        await DoAsync(() => Control.TakeOverAsync(caller, Session.Id), done: null);
    }

    private void OpenHandBack() => (_dialog, _note) = (Dialog.HandBack, null);

    private void OpenAssign() => (_dialog, _agent) = (Dialog.Assign, Session.Assigned ? Session.Agent?.ToString() : null);

    private void Shut() => _dialog = Dialog.None;

    private async Task<FormResult> HandBackAsync()
    {
        var result = await Control.ReleaseAsync(await Rights.Caller(), Session.Id, _note);
        return await FormAsync(result, "Handed back. The agent goes on.");
    }

    private async Task<FormResult> AssignAsync()
    {
        var result = await Control.AssignAsync(await Rights.Caller(), Session.Id, Guid.TryParse(_agent, out var agent) ? agent : null);
        return await FormAsync(result, _agent is null ? "The rules decide from the next message on." : "Moved. That agent answers from the next message on.");
    }

    private async Task CloseAsync()
    {
        if (!await Confirm.AskAsync("Close this conversation?", "The user's next message begins a new one. Until then it can be opened again.", "Close", danger: true)) return;
        await DoAsync(async () => await Control.CloseAsync(await Rights.Caller(), Session.Id), "Closed.");
    }

    private Task ReopenAsync() => DoAsync(async () => await Control.ReopenAsync(await Rights.Caller(), Session.Id), "Open again.");

    private async Task<FormResult> FormAsync(ControlResult result, string done)
    {
        if (Fault(result) is { } fault) return FormResult.Failed(fault);
        Shut();
        await Changed.InvokeAsync(result.View);
        return FormResult.Saved(done);
    }

    private async Task DoAsync(Func<Task<ControlResult>> step, string? done)
    {
        if (_busy) return;
        _busy = true;
        try
        {
            var result = await step();
            if (Fault(result) is { } fault) Toasts.Fail(fault);
            else if (done is not null) Toasts.Show(done);
            if (result.View is not null) await Changed.InvokeAsync(result.View);
        }
        catch (IOException fault)
        {
            Toasts.Fail($"It was not done: {fault.Message}");
        }
        finally
        {
            _busy = false;
        }
    }

    private static string? Fault(ControlResult result) => result.Reason ?? (result.View is null ? "The conversation is not there any more." : null);
}

using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What can be done with the ticked sessions at once. Those for which it was done lose their tick; those that failed keep it.</summary>
public sealed partial class BulkBar : IDisposable
{
    private CancellationTokenSource? _stop;
    private BulkRun? _run;
    private string? _agent;
    private bool _assigning;

    /// <summary>What is ticked.</summary>
    [Parameter, EditorRequired]
    public required Selection Selection { get; set; }

    /// <summary>Agents to choose from.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Choice> Agents { get; set; }

    /// <summary>The selection changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private ControlSession Control { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    private bool IsRunning => _run is { IsOver: false };

    /// <inheritdoc />
    public void Dispose()
    {
        _stop?.Cancel();
        _stop?.Dispose();
    }

    private async Task CloseAsync()
    {
        var count = Selection.Count;
        if (!await Confirm.AskAsync(count == 1 ? "Close one conversation?" : $"Close {count} conversations?", "Their users' next messages begin new ones. A closed conversation can be opened again as long as its user has not written.", "Close", danger: true)) return;
        Start($"Closing {count}", async (id, stop) => await Control.CloseAsync(await Rights.Caller(), id, stop));
    }

    private Task<FormResult> AssignAsync()
    {
        _assigning = false;
        Guid? agent = Guid.TryParse(_agent, out var chosen) ? chosen : null;
        Start($"Moving {Selection.Count}", async (id, stop) => await Control.AssignAsync(await Rights.Caller(), id, agent, stop));
        return Task.FromResult(FormResult.Saved());
    }

    private void Start(string title, Func<Guid, CancellationToken, Task<ControlResult>> step)
    {
        _stop?.Dispose();
        _stop = new();
        _run = new(title, Selection.Items, step);
        _ = RunAsync(_run, _stop.Token);
    }

    private async Task RunAsync(BulkRun run, CancellationToken cancellationToken)
    {
        try
        {
            await run.RunAsync(
                (session, isDone) =>
                {
                    if (isDone) Selection.Remove(session.Id);
                    StateHasChanged();
                },
                cancellationToken);
            StateHasChanged();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task EndAsync()
    {
        if (IsRunning)
        {
            await _stop!.CancelAsync();
            return;
        }

        _run = null;
        await Changed.InvokeAsync();
    }

    private async Task ClearAsync()
    {
        Selection.Clear();
        await Changed.InvokeAsync();
    }
}

using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Components.Controls.Dialogs;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>
/// A page that says so when somebody does what they may not do (any more), as in a tab that was left open, and stays as it is:
/// nothing was done, so nothing else needs to be said.
/// </summary>
public abstract class GuardedPage : ComponentBase, IHandleEvent
{
    [Inject]
    private Toasts Notes { get; set; } = default!;

    /// <inheritdoc />
    async Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem item, object? arg)
    {
        try
        {
            var task = item.InvokeAsync(arg);
            // as ComponentBase does: show what the handler changed before its first wait, and again at its end
            StateHasChanged();
            if (task.IsCompletedSuccessfully) return;
            await task;
        }
        catch (ForbiddenException fault)
        {
            Notes.Fail($"Nothing was done. {fault.Message}");
        }
        catch (OperationCanceledException)
        {
            // the page is gone
        }
        StateHasChanged();
    }
}

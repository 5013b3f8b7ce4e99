using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Intents;

/// <summary>Examples of several intents at once, from a file or pasted.</summary>
public sealed partial class ImportExamplesForm
{
    private string? _text;

    /// <summary>Imports the text, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private async Task ReadAsync(InputFileChangeEventArgs change)
    {
        if (change.File.Size > ImportExamples.MaxBytes)
        {
            Toasts.Fail($"The file has more than {ImportExamples.MaxBytes / 1024 / 1024} MB.");
            return;
        }

        using var reader = new StreamReader(change.File.OpenReadStream(ImportExamples.MaxBytes));
        _text = await reader.ReadToEndAsync();
    }

    private async Task<FormResult> SendAsync()
    {
        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what was imported
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(_text ?? "")).InvokeAsync();
        return result;
    }
}

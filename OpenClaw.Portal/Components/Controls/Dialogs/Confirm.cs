namespace OpenClaw.Portal.Components.Controls.Dialogs;

/// <summary>One question at a time, shown by <see cref="KitHost"/>. One per circuit.</summary>
internal sealed class Confirm : IConfirm
{
    /// <summary>Raised when there is another question, or none any more.</summary>
    public event Action? Changed;

    /// <summary>What is asked now.</summary>
    public Question? Current { get; private set; }

    public Task<bool> AskAsync(string title, string text, string action, bool danger = false, string? typedName = null, string dismiss = "Cancel")
    {
        Current?.Answer.TrySetResult(false);
        Current = new(title, text, action, danger, typedName, dismiss, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Changed?.Invoke();
        return Current.Answer.Task;
    }

    public void Answer(Question question, bool yes)
    {
        if (ReferenceEquals(Current, question)) Current = null;
        Changed?.Invoke();
        question.Answer.TrySetResult(yes);
    }

    internal sealed record Question(string Title, string Text, string Action, bool Danger, string? TypedName, string Dismiss, TaskCompletionSource<bool> Answer);
}

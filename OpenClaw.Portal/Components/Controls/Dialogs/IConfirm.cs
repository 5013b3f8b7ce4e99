namespace OpenClaw.Portal.Components.Controls.Dialogs;

/// <summary>Asks a person before something is done.</summary>
public interface IConfirm
{
    /// <summary>True when the person chose <paramref name="action"/>; Escape and <paramref name="dismiss"/> are false.</summary>
    /// <param name="title">The question: <c>Delete the channel “Web chat”?</c></param>
    /// <param name="text">What happens then, and what cannot be undone.</param>
    /// <param name="action">The button's words: <c>Delete</c>.</param>
    /// <param name="danger">The button warns by its colour.</param>
    /// <param name="typedName">What must be typed first, for what cannot be undone: the thing's name.</param>
    /// <param name="dismiss">The other button's words.</param>
    Task<bool> AskAsync(string title, string text, string action, bool danger = false, string? typedName = null, string dismiss = "Cancel");
}

using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.HeldMessages;

/// <summary>Why something was held back, in words.</summary>
internal static class HeldWords
{
    /// <summary>The reasons, to choose from.</summary>
    public static IReadOnlyList<Choice> Choices { get; } = [.. HeldReasons.All.Select(r => new Choice(r, Title(r)))];

    /// <summary>A few words.</summary>
    public static string Title(string reason) => reason switch
    {
        HeldReasons.Unreadable => "Could not be read",
        HeldReasons.TooLarge => "Too large",
        HeldReasons.Automatic => "Written by a program",
        HeldReasons.List => "From a mailing list",
        HeldReasons.Own => "Our own message",
        HeldReasons.Loop => "Looks like a loop",
        HeldReasons.Refused => "Refused",
        _ => Controls.Humanize.Words(reason),
    };

    /// <summary>What happens when it is let in.</summary>
    public static string Risk(string reason) => reason switch
    {
        HeldReasons.Automatic => "The agent will answer it, though a program wrote it. If that program answers back, the next one is held again.",
        HeldReasons.List => "The agent will answer who wrote it, not the list.",
        HeldReasons.Own => "It was sent by this channel itself: the agent will answer its own words.",
        HeldReasons.Loop => "It looked as if a program answers the agent's answers. Let it in only when a person wrote it.",
        HeldReasons.Unreadable => "It is read once more. If that fails again, it comes back here.",
        HeldReasons.TooLarge => "It is fetched once more. Unless the limit was raised since, it comes back here.",
        _ => "It is handled as any other message, and the agent answers it.",
    };
}

using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What a session is called: by its user.</summary>
internal static class SessionNames
{
    private const int Longest = 28;

    public static string Of(SessionView session) =>
        !string.IsNullOrWhiteSpace(session.User.Name) ? session.User.Name : session.User.Id.Length > Longest ? session.User.Id[..Longest] + "…" : session.User.Id;
}

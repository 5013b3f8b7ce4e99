using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Audit;

/// <summary>Actions of the audit in words.</summary>
internal static class AuditWords
{
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["agent"] = "Agent", ["api-key"] = "API key", ["channel"] = "Channel", ["circuit"] = "Circuit", ["configuration"] = "Configuration", ["erasure"] = "Erasure", ["event-webhook"] = "Event webhook", ["held-message"] = "Held message", ["hold"] = "Legal hold", ["intent"] = "Intent", ["intent-options"] = "Recognition of intents", ["invitation"] = "Invitation", ["job"] = "Job",
        ["member"] = "Member", ["message"] = "Message", ["network"] = "Network", ["owner"] = "Owner", ["passkey"] = "Passkey", ["password"] = "Password", ["person"] = "Person", ["pool"] = "Pool", ["pairing"] = "Pairing",
        ["rule"] = "Routing rule", ["rules"] = "Routing rules", ["session"] = "Session", ["settings"] = "Settings", ["sign-in"] = "Sign-in", ["tenant"] = "Tenant",
        ["two-factor"] = "Two factors",
    };

    /// <summary>Groups of actions, to choose from.</summary>
    public static IReadOnlyList<Choice> Choices { get; } = [.. Groups.OrderBy(g => g.Value, StringComparer.Ordinal).Select(g => new Choice(g.Key, g.Value))];

    /// <summary><c>api-key.secret-rotated</c> → <c>API key: secret rotated</c>.</summary>
    public static string Of(string action)
    {
        var dot = action.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return Plain(action);
        var (group, verb) = (action[..dot], action[(dot + 1)..].Replace('-', ' ').Replace('.', ' '));
        return $"{Groups.GetValueOrDefault(group) ?? Plain(group)}: {verb}";
    }

    private static string Plain(string name) => Controls.Humanize.Words(name.Replace('-', ' '));
}

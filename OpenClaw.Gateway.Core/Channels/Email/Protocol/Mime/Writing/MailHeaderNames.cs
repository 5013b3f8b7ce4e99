using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>Which headers may be given by name.</summary>
internal static class MailHeaderNames
{
    private const int Longest = 60;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Those that do not begin with <c>X-</c>.</summary>
    public static IReadOnlyList<string> Further { get; } = ["Precedence", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Organization", "Importance"];

    public static bool IsAllowed(string name) =>
        name.Length <= Longest && (Further.Contains(name, StringComparer.OrdinalIgnoreCase)
            || name.Length > 2 && name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !name.AsSpan().ContainsAnyExcept(Allowed));
}

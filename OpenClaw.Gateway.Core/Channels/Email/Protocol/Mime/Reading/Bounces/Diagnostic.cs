using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>Reads reply codes and statuses (RFC 5321 4.2, RFC 3463) out of what servers say, and judges whether an address is dead.</summary>
internal static partial class Diagnostic
{
    private static readonly string[] Unknown =
    [
        "user unknown", "unknown user", "unknown recipient", "recipient unknown", "no such user", "no such recipient", "no such mailbox", "no such address", "no such person", "no mailbox here",
        "user not found", "recipient not found", "recipientnotfound", "mailbox not found", "address not found", "invalid recipient", "invalid mailbox", "invalid address", "unknown address", "unknown mailbox", "unknown local part", "unrouteable address", "unroutable address",
        "does not exist", "doesn't exist", "not exist", "user doesn't have", "not a valid mailbox", "not a known user", "no longer on server", "no longer valid", "no longer available", "has moved", "recipient address rejected", "address rejected", "wasn't found", "could not be found",
        "host not found", "host unknown", "unknown host", "domain not found", "unknown domain", "domain is not reachable", "no such domain", "name service error", "name or service not known", "nxdomain", "no mx", "bad destination", "mailbox name not allowed", "not our customer", "account has been deleted",
    ];

    /// <summary>Why a living address may refuse a mail. Whatever of these is said outweighs the rest.</summary>
    private static readonly string[] Passing =
    [
        "access denied", "sender", "spam", "blocked", "block list", "blocklist", "blacklist", "listed", "reputation", "policy", "frequency", "rate limit", "too many", "too fast", "throttl", "quota", "full", "over limit", "size limit", "too large", "too big", "hop count", "mail loop", "routing loop", "virus", "malware", "content",
        "spf", "dkim", "dmarc", "authenticat", "relay", "greylist", "graylist", "try again later", "temporar", "timed out", "timeout", "connection refused", "disabled", "suspended", "inactive", "not accepting", "service unavailable",
    ];

    private static readonly HashSet<string> Dead = new(["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.4.4", "5.0.1"], StringComparer.Ordinal);

    /// <summary>The reply code of an SMTP server; null when none is said.</summary>
    public static int? Code(string? said) => said is not null && Reply().Match(said) is { Success: true } match ? int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>The status that follows a reply code, else any; null when none is said.</summary>
    public static string? Status(string? said)
    {
        if (said is null) return null;
        foreach (Match match in Reply().Matches(said))
        {
            if (match.Groups["status"] is { Success: true, Value: var status }) return status;
        }

        return Enhanced().Match(said) is { Success: true, Value: var any } ? any : null;
    }

    /// <summary>The status of a Status field, which may go on in words.</summary>
    public static string? StatusField(string? field) => field is not null && Enhanced().Match(field) is { Success: true } match ? match.Value : null;

    public static BounceKind Judge(DeliveryAction action, string? status, int? code, string? said)
    {
        if (action is DeliveryAction.Delivered or DeliveryAction.Relayed or DeliveryAction.Expanded || action != DeliveryAction.Failed && (status?[0] ?? '5') == '2') return BounceKind.None;
        if (action == DeliveryAction.Delayed || (status?[0] ?? '5') == '4' || status is null && code is >= 400 and < 500) return BounceKind.Soft;
        if (said is not null && Says(said, Passing)) return BounceKind.Soft;
        if (said is not null && Says(said, Unknown)) return BounceKind.Hard;
        return status is not null && Dead.Contains(status) ? BounceKind.Hard : BounceKind.Soft;
    }

    /// <summary>Whether these words are of a delivery that failed.</summary>
    public static bool IsFailure(string said) => Code(said) is >= 400 || Says(said, Unknown) || Says(said, Passing);

    private static bool Says(string said, string[] words)
    {
        // an address may hold any word
        var text = Address().Replace(said, " ");
        return Array.Exists(words, w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"(?:^|[^0-9.\-])(?<code>[245][0-5]\d)(?:[ \-]+['""]?#?(?<status>[245]\.\d{1,3}\.\d{1,3})|[ \-:]|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Reply();

    [GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Enhanced();

    [GeneratedRegex(@"[^\s<>()\[\]:;,""]+@[^\s<>()\[\]:;,""]+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

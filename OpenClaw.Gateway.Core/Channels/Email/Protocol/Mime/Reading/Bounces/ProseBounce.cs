using System.Text;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;

/// <summary>
/// Reads what servers say in words: qmail, exim, postfix, sendmail, Exchange and Office 365, OpenSMTPD, Gmail and their like.
/// They have in common that a line names the address, and that the same line or those after it say why.
/// </summary>
internal static partial class ProseBounce
{
    private const int MostRecipients = 100;
    private const int MostReason = 2000;

    /// <summary>What precedes a copy of the mail that came back.</summary>
    private static readonly string[] Copies =
    [
        "original message headers:", "below is a copy of the original message", "--- below this line is a copy of the message", "this is a copy of the message", "this is a copy of your message", "original message follows", "----- original message -----", "----- unsent message follows", "headers of the original message", "message headers follow", "included is a copy of the message", "the full original message", "the header of the original message is following", "copy of the original message",
    ];

    /// <summary>The report, and the copy of the mail after it; empty when there is none.</summary>
    public static (string Report, string Copy) Divide(string text)
    {
        var at = 0;
        foreach (var line in text.Split('\n'))
        {
            var end = at + line.Length;
            if (line.Length < 200 && Array.Exists(Copies, c => line.Contains(c, StringComparison.OrdinalIgnoreCase))) return (text[..at], text[Math.Min(text.Length, end + 1)..]);
            if (line.StartsWith("Return-Path:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Received: ", StringComparison.OrdinalIgnoreCase)) return (text[..at], text[at..]);
            at = end + 1;
        }

        return (text, "");
    }

    /// <summary>The recipients that a report names, with what is said of each. <paramref name="own"/>: addresses that are no recipients, such as the one reported to.</summary>
    public static IReadOnlyList<BounceRecipient> Recipients(string report, MailHeader header, IReadOnlySet<string> own)
    {
        Dictionary<string, StringBuilder> said = new(StringComparer.OrdinalIgnoreCase);
        foreach (var named in header.All("X-Failed-Recipients").SelectMany(f => AddressParser.Parse(f.Value)).Where(a => a.Address.Length > 0).Take(MostRecipients)) said.TryAdd(named.Address, new());
        var listed = said.Count > 0;
        StringBuilder? current = null;
        foreach (var line in report.Split('\n'))
        {
            if (Named(line, own) is { } address && (said.ContainsKey(address) || !listed && said.Count < MostRecipients))
            {
                if (!said.TryGetValue(address, out current)) said[address] = current = new();
            }

            if (current is not null && current.Length < MostReason) current.Append(line.Trim()).Append(' ');
        }

        return [.. said.Where(s => listed || Diagnostic.IsFailure(s.Value.ToString())).Select(s => Recipient(s.Key, s.Value.Length > 0 ? s.Value.ToString() : report))];
    }

    private static BounceRecipient Recipient(string address, string said)
    {
        var reason = said.Length > MostReason ? said[..MostReason].Trim() : said.Trim();
        var status = Diagnostic.Status(reason);
        var code = Diagnostic.Code(reason);
        var delayed = reason.Contains("delayed", StringComparison.OrdinalIgnoreCase) || reason.Contains("will continue trying", StringComparison.OrdinalIgnoreCase) || reason.Contains("still trying", StringComparison.OrdinalIgnoreCase);
        var action = delayed && code is not >= 500 ? DeliveryAction.Delayed : DeliveryAction.Failed;
        return new(address, null, action, status, code, reason, Diagnostic.Judge(action, status, code, reason));
    }

    private static string? Named(string line, IReadOnlySet<string> own)
    {
        if (line.Length > 4000) return null;
        foreach (Match match in Address().Matches(line))
        {
            var address = match.Value.TrimEnd('.').TrimStart('\'', '`');
            if (!own.Contains(address) && !address.StartsWith("postmaster@", StringComparison.OrdinalIgnoreCase) && !address.StartsWith("mailer-daemon@", StringComparison.OrdinalIgnoreCase) && !address.Contains("//", StringComparison.Ordinal)) return address;
        }

        return null;
    }

    [GeneratedRegex(@"[^\s<>()\[\]:;,""=]+@[A-Za-z0-9][A-Za-z0-9.\-]*\.[A-Za-z0-9\-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Addresses behind which no person reads, by their form.</summary>
internal static class MailSenders
{
    private static readonly string[] Unread =
    [
        "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply", "nichtantworten", "mailer-daemon", "mailerdaemon", "postmaster", "bounce", "bounces", "autoreply",
        "auto-reply",
    ];

    private static readonly string[] ListEndings = ["-request", "-owner", "-bounces", "-subscribe", "-unsubscribe", "-list"];
    private static readonly string[] ListDomains = ["lists.", "list.", "listserv.", "mailman.", "groups."];
    private static readonly string[] ListHosts = ["googlegroups.com", "groups.io", "yahoogroups.com", "freelists.org"];

    /// <summary>A program, or a mailbox that is thrown away.</summary>
    public static bool IsUnread(string address)
    {
        var local = LocalOf(address);
        return Unread.Any(u => local.Equals(u, StringComparison.OrdinalIgnoreCase) || local.StartsWith(u, StringComparison.OrdinalIgnoreCase) && local[u.Length] is '-' or '+' or '.' or '_' or '=');
    }

    /// <summary>Whoever writes there writes to many.</summary>
    public static bool IsList(string address)
    {
        var (local, domain) = (LocalOf(address), address[(address.LastIndexOf('@') + 1)..]);
        return local.StartsWith("owner-", StringComparison.OrdinalIgnoreCase) || ListEndings.Any(e => local.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            || ListDomains.Any(d => domain.StartsWith(d, StringComparison.OrdinalIgnoreCase)) || ListHosts.Any(h => domain.Equals(h, StringComparison.OrdinalIgnoreCase));
    }

    private static string LocalOf(string address) => address.LastIndexOf('@') is var at and > 0 ? address[..at] : address;
}

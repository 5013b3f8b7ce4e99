using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>Whom an answer goes to. Nobody when both are empty.</summary>
internal sealed record MailRecipients(IReadOnlyList<Mailbox> To, IReadOnlyList<Mailbox> Cc)
{
    /// <summary>More are left out: a mail may name thousands, and answering them all is what spammers hope for.</summary>
    public const int Most = 50;

    /// <summary>In <c>Reply-To</c> more are left out.</summary>
    private const int MostNamed = 5;

    public static MailRecipients Nobody { get; } = new([], []);

    public IReadOnlyList<SmtpAddress> All => [.. To.Concat(Cc).Select(m => m.Address)];

    /// <summary>In answer to a mail: to where its sender wants answers, else to the sender; with <paramref name="toAll"/> to the others too.</summary>
    public static MailRecipients Answering(MailHead answered, Func<string, bool> isOwn, bool toAll)
    {
        ArgumentNullException.ThrowIfNull(answered);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var to = Some(answered.ReplyTo.Where(a => !MailSenders.IsUnread(a) && !MailSenders.IsList(a)), MostNamed, answered);
        if (to.Count == 0) to = Some([answered.From], 1, answered);
        return new(to, toAll && to.Count > 0 ? Some(answered.To.Concat(answered.Cc).Where(a => !MailSenders.IsUnread(a) && !MailSenders.IsList(a)), Most - to.Count, answered) : []);

        List<Mailbox> Some(IEnumerable<string> addresses, int most, MailHead head) =>
            [.. addresses.Where(a => !isOwn(a)).Select(a => Of(a, head)).OfType<Mailbox>().Where(m => taken.Add(m.Address.ToString())).Take(most)];
    }

    /// <summary>To one address that no mail is known of.</summary>
    public static MailRecipients Of(string address, string? name) => SmtpAddress.TryParse(address, out var parsed) ? new([new(parsed, name)], []) : Nobody;

    private static Mailbox? Of(string address, MailHead head) =>
        SmtpAddress.TryParse(address, out var parsed) ? new(parsed, address.Equals(head.From, StringComparison.OrdinalIgnoreCase) ? head.FromName : null) : null;
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>Where a mail belongs.</summary>
/// <param name="Thread">The conversation.</param>
/// <param name="ExternalId">What it is known by: its Message-ID, unless another mail has that.</param>
/// <param name="Answered">The known mail that it answers; null where only an address told its thread, or where it begins one.</param>
/// <param name="IsNew">It begins the conversation.</param>
/// <param name="IsOwn">It has the Message-ID of a mail that this channel sent.</param>
internal sealed record MailPlace(string Thread, string ExternalId, KnownMail? Answered, bool IsNew, bool IsOwn);

/// <summary>
/// Finds a mail's conversation: by the mails that it answers, else by the token in the address it was sent to; never by the subject. Only who has been in the
/// conversation joins it: to others a forwarded mail, or a guessed id, opens nothing.
/// </summary>
internal sealed class MailThreads(MailBook book, MailKeys keys)
{
    private const int Looked = 50;

    public async ValueTask<MailPlace> FindAsync(ChannelModel channel, MailFacts facts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var head = facts.Head;
        var found = await book.FindAsync(channel, [head.MessageId, .. facts.Answers], cancellationToken);
        var same = found.FirstOrDefault(m => m.Head.MessageId == head.MessageId);
        // somebody else's mail under an id that is known: neither of the two may hide the other
        var isOther = same is { IsOwn: false } && (same.Head.From != head.From || same.Head.Date != head.Date);
        var id = isOther ? MailBook.KeyOf(head.MessageId, $"{head.From}\n{head.Date:O}\n{head.Subject}") : head.MessageId;
        if (same is { IsOwn: true }) return new(same.Thread, id, null, IsNew: false, IsOwn: true);
        if (same is not null && !isOther) return new(same.Thread, id, null, IsNew: false, IsOwn: false);
        foreach (var known in found.Where(m => m != same))
            if (Knows(known, head.From) || await TakesPartAsync(channel, known.Thread, head.From, cancellationToken)) return new(known.Thread, id, known, IsNew: false, IsOwn: false);
        var key = await keys.GetAsync(channel, cancellationToken);
        foreach (var thread in facts.SentTo.Select(a => MailIds.ThreadIn(key, a)).OfType<string>().Distinct(StringComparer.Ordinal))
            if (await TakesPartAsync(channel, thread, head.From, cancellationToken)) return new(thread, id, null, IsNew: false, IsOwn: false);
        return new(MailIds.ThreadOf(key, id), id, null, IsNew: true, IsOwn: false);
    }

    private async ValueTask<bool> TakesPartAsync(ChannelModel channel, string thread, string address, CancellationToken cancellationToken) =>
        (await book.LatestAsync(channel, thread, Looked, cancellationToken)).Any(m => Knows(m, address));

    private static bool Knows(KnownMail mail, string address)
    {
        var wanted = MailIds.Base(address);
        return mail.Head.To.Concat(mail.Head.Cc).Concat(mail.Head.ReplyTo).Append(mail.Head.From).Any(a => MailIds.Base(a).Equals(wanted, StringComparison.OrdinalIgnoreCase));
    }
}

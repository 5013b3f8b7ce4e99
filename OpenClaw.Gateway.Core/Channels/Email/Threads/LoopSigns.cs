using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>
/// Finds programs that answer without saying that they are programs: they write the same again right after an answer. How quickly somebody answers says
/// nothing, as people who test a mailbox, and programs that people use, are quick too.
/// </summary>
internal sealed class LoopSigns(MailBook book, TimeProvider time)
{
    /// <summary>A program answers within this; who writes the same again later may have a reason.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);

    /// <summary>A new thread counts as an answer when one of ours went to its sender so shortly before.</summary>
    private static readonly TimeSpan JustBefore = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private const int Looked = 40;

    /// <summary>So many answers to one sender in ten minutes, each answered, are no conversation of a person.</summary>
    private const int MostRounds = 12;

    /// <summary>A short text ("yes") may come so often in a row.</summary>
    private const int ShortRepeats = 3;

    /// <summary>Null: no sign of a loop.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="place">Where the mail belongs.</param>
    /// <param name="head">The mail.</param>
    /// <param name="textHash">Of its new text; null = it carries files, which no program sends again and again.</param>
    /// <param name="isShort">The text is a word or two.</param>
    /// <param name="delay">How long a mail may lie before it is seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<HoldReason?> FindAsync(ChannelModel channel, MailPlace place, MailHead head, string? textHash, bool isShort, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(head);
        var now = time.GetUtcNow();
        var mails = place.IsNew
            ? await book.LatestOfAsync(channel, head.From, now - Day, Looked, cancellationToken)
            : await book.LatestAsync(channel, place.Thread, Looked, cancellationToken);
        mails = [.. mails.Where(m => m.Head.MessageId != place.ExternalId)]; // an attempt before may have written it down
        if (mails.FirstOrDefault(m => m.IsOwn) is not { } answer || (place.IsNew && (now - answer.At > JustBefore + delay || !Answers(head.Subject, answer.Head.Subject)))) return null;
        var rounds = mails.Count(m => m.IsOwn && now - m.At < Soon + delay);
        if (rounds >= MostRounds)
            return new(HoldReason.Loop, $"{rounds} answers went to its sender within {Soon.TotalMinutes:0} minutes, and it answers the last of them: two programs seem to write to each other. If a person wrote it, let it in.");
        // short words come again among people, too
        var same = textHash is null ? 0 : mails.Where(m => !m.IsOwn).TakeWhile(m => m.UserId == head.From && m.TextHash == textHash && now - m.At < Day).Count();
        var most = isShort ? ShortRepeats : 1;
        if (same >= most && now - answer.At < Soon + delay)
            return new(HoldReason.Loop, "Its sender has written the same text before, and now again right after an answer: a program seems to answer by itself. If a person wrote it, let it in.");
        return null;
    }

    /// <summary>Whether a mail that names no other answers a mail of ours by its subject: ours, with something before it.</summary>
    private static bool Answers(string? subject, string? ours)
    {
        var bare = AnswerSubject.Of(ours)[AnswerSubject.Prefix.Length..];
        return subject is not null && subject.Length > bare.Length && subject.EndsWith(bare, StringComparison.OrdinalIgnoreCase);
    }
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>
/// Finds programs that answer without saying that they are programs. People neither write the same again right after an answer, nor answer twice in a row
/// within seconds.
/// </summary>
internal sealed class LoopSigns(MailBook book, TimeProvider time)
{
    /// <summary>Faster than this nobody reads an answer and writes one.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(20);

    /// <summary>A program answers within this; who writes the same again later may have a reason, until the third time.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);

    /// <summary>A new thread counts as an answer when one of ours went to its sender so shortly before.</summary>
    private static readonly TimeSpan JustBefore = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private const int Looked = 20;

    /// <summary>Null: no sign of a loop.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="place">Where the mail belongs.</param>
    /// <param name="sender">Who wrote it.</param>
    /// <param name="textHash">Of its new text; null = it carries files, which no program sends again and again.</param>
    /// <param name="delay">How long a mail may lie before it is seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<HoldReason?> FindAsync(ChannelModel channel, MailPlace place, string sender, string? textHash, TimeSpan delay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        var now = time.GetUtcNow();
        var mails = place.IsNew
            ? await book.LatestOfAsync(channel, sender, now - Day, Looked, cancellationToken)
            : await book.LatestAsync(channel, place.Thread, Looked, cancellationToken);
        mails = [.. mails.Where(m => m.Head.MessageId != place.ExternalId)]; // an attempt before may have written it down
        if (mails.FirstOrDefault(m => m.IsOwn) is not { } answer || (place.IsNew && now - answer.At > JustBefore + delay)) return null;
        var same = mails.Count(m => !m.IsOwn && m.UserId == sender && m.TextHash == textHash && now - m.At < Day);
        if (same > 1 || (same == 1 && now - answer.At < Soon + delay))
            return new(HoldReason.Loop, "Its sender has written the same text before, and now again after an answer: a program seems to answer by itself. If a person wrote it, let it in.");
        return IsQuick(now, mails, delay) ? new(HoldReason.Loop, $"It is the second mail in a row that came within {Quick.TotalSeconds:0} seconds of an answer: a program seems to answer by itself. If a person wrote it, let it in.") : null;
    }

    /// <summary>Ours, theirs, ours, and now theirs again; both of theirs at once.</summary>
    private static bool IsQuick(DateTimeOffset now, IReadOnlyList<KnownMail> mails, TimeSpan delay)
    {
        if (mails is not [{ IsOwn: true } last, ..] || now - last.At > Quick + delay) return false;
        var theirs = mails.SkipWhile(m => m.IsOwn).FirstOrDefault();
        var before = mails.SkipWhile(m => m.IsOwn).SkipWhile(m => !m.IsOwn).FirstOrDefault();
        return theirs is not null && before is not null && theirs.At - before.At < Quick + delay;
    }
}

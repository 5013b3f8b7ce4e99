using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Answers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>A reply on its way to become a mail: where it belongs, whom it goes to, what it says.</summary>
internal sealed record AnswerMail
{
    /// <summary>Threads of this form fit into an address.</summary>
    private const int ThreadLength = 16;

    public required EmailSettings Settings { get; init; }

    public required OutgoingReply Reply { get; init; }

    /// <summary>What is answered; null for a conversation that no mail has begun. May be our own, when nobody has answered that yet.</summary>
    public required MailHead? Answered { get; init; }

    public required MailRecipients Recipients { get; init; }

    public QuotedMail? Quote { get; init; }

    /// <summary>For the threads in addresses.</summary>
    public required byte[] Key { get; init; }

    public bool PossibleDuplicate { get; init; }

    public string MessageId => MailIds.OfReply(Reply.Id, Settings.Address);

    private string Subject => Answered is null ? $"Message from {Settings.DisplayName ?? Settings.Address}" : AnswerSubject.Of(Answered.Subject);

    private string? AnsweredId => Answered is null ? null : AnsweredMails.IdOf(Answered);

    /// <summary>For the book, so that answers and bounces find their way.</summary>
    public MailHead Head => new()
    {
        MessageId = MessageId,
        From = Settings.Address.ToLowerInvariant(),
        To = [.. Recipients.To.Select(Lower)],
        Cc = [.. Recipients.Cc.Select(Lower)],
        Subject = Subject,
        References = References,
        Date = Reply.At,
    };

    private IReadOnlyList<string> References => Answered is null ? [] : [.. Answered.References, .. AnsweredId is { } id ? [id] : Array.Empty<string>()];

    /// <param name="files">What travels inside.</param>
    /// <param name="below">What is said of those that do not, as Markdown.</param>
    public OutgoingMail Compose(IReadOnlyList<MailFile> files, string below)
    {
        var text = Reply.Text.ToString();
        var body = MarkdownMail.Of(new()
        {
            Text = below.Length == 0 ? text : text.Length == 0 ? below : $"{text}\n\n{below}",
            Card = Reply.Extras?.Card,
            Buttons = Reply.Extras?.Buttons ?? [],
            Quote = Quote,
        });
        return new()
        {
            From = new(SmtpAddress.Parse(Settings.Address), Settings.DisplayName),
            ReplyTo = ReplyTo is { } address ? [new(address, Settings.DisplayName)] : [],
            To = Recipients.To,
            Cc = Recipients.Cc,
            Subject = Subject,
            Date = Reply.At,
            MessageId = MessageId,
            InReplyTo = AnsweredId,
            References = References,
            AutoSubmitted = Reply.From == MessageFrom.Operator ? null : AutoSubmittedKinds.Replied,
            Headers = Marks(),
            Text = body.Text,
            Html = body.Html,
            Attachments = files,
        };
    }

    /// <summary>The address with the thread in it; null where it cannot hold it.</summary>
    private SmtpAddress? ReplyTo =>
        Settings.PlusAddressing && Reply.Address.Conversation is { Length: ThreadLength } thread && thread.All(c => c is >= 'a' and <= 'z' or >= '2' and <= '7')
        && SmtpAddress.TryParse(MailIds.Address(Key, Settings.Address, thread), out var address) ? address : null;

    private List<MailHeader> Marks()
    {
        List<MailHeader> marks = [new(MailMarks.Hops, ((Reply.Extras?.Sender?.Hops ?? 0) + 1).ToString(CultureInfo.InvariantCulture))];
        if (PossibleDuplicate) marks.Add(new(MailMarks.PossibleDuplicate, "yes"));
        return marks;
    }

    private static string Lower(Mailbox mailbox) => mailbox.Address.ToString().ToLowerInvariant();
}

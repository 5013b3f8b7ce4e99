using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>What an agent answers, before it becomes a mail.</summary>
internal sealed record MailAnswer
{
    /// <summary>Markdown.</summary>
    public string Text { get; init; } = "";

    public MessageCard? Card { get; init; }

    public IReadOnlyList<MessageButton> Buttons { get; init; } = [];

    /// <summary>The mail that is answered, to be quoted below; null = not quoted.</summary>
    public QuotedMail? Quote { get; init; }

    /// <summary>Content ids of pictures that travel with the mail, by the address at which the Markdown or the card has them. Others become links.</summary>
    public IReadOnlyDictionary<string, string> Pictures { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A mail that is answered: who wrote it, when, and its text without what it quotes itself.</summary>
internal sealed record QuotedMail(string Author, DateTimeOffset Date, string Text);

/// <summary>The same in both forms; the HTML is a whole document.</summary>
internal sealed record MailBody(string Text, string Html);

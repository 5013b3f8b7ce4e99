using System.Text;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>A message as <see cref="RuleJudge"/> looks at it.</summary>
internal sealed class MessageFacts(RouteQuestion question, IReadOnlyDictionary<Guid, string> channels)
{
    private readonly Lazy<string?> _language = new(() => LanguageDetector.Detect(Whole(question)));

    /// <summary>What the expressions may still do until a rule decides: as much as for a message on the road, so that both decide alike.</summary>
    public PatternWork Work = new(PatternWork.PerMessage);

    /// <summary>No rule decides any more: what follows is told only.</summary>
    public bool IsDecided { get; set; }

    /// <summary>
    /// What all expressions together may still do once it is decided: more than for a message on the road, because here every rule's is tried, but not without end.
    /// </summary>
    public long StepsLeft { get; set; } = 5 * PatternWork.PerMessage;

    public RouteQuestion Question => question;

    /// <summary>As for a message on the road: the subject is a line before the text.</summary>
    public string Text { get; } = Whole(question);

    public string Conversation { get; } = ConversationKinds.Of(question.Channel.Kind, question.IsGroup);

    /// <summary>Folded; null when the text is no command.</summary>
    public string? Command { get; } = Commands.Of(Encoding.UTF8.GetBytes(question.Text));

    public string? Language => _language.Value;

    public bool HadAgent => question.Last is { } last && last != Guid.Empty;

    private static string Whole(RouteQuestion question) => string.IsNullOrEmpty(question.Subject) ? question.Text : $"{question.Subject}\n{question.Text}";

    public string ChannelName(Guid id) => channels.TryGetValue(id, out var name) ? RuleWords.Quote(name) : "one that was deleted";
}

using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>Names that a summary needs: of a channel, of a kind of channel, of an agent, of a language.</summary>
public sealed record RuleNames(Func<Guid, string> Channel, Func<string, string> Kind, Func<Guid, string> Agent, Func<string, string> Language)
{
    /// <summary>Of a pool.</summary>
    public Func<Guid, string> Pool { get; init; } = _ => "a pool";
}

/// <summary>Says in one sentence what a rule does: <c>Messages on Web chat that contain “refund” or “money back”</c>, and where they go.</summary>
public static class RuleSummary
{
    private const int MostItems = 4;
    private const int MostCharacters = 40;

    /// <summary>Which messages.</summary>
    public static string Which(RuleModel rule, RuleNames names)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(names);
        var match = rule.Match;
        var text = new StringBuilder();
        if (match.Channels is { Count: > 0 } channels) text.Append(" on ").Append(List(channels.Select(names.Channel)));
        if (match.ChannelKinds is { Count: > 0 } kinds) text.Append(" through ").Append(List(kinds.Select(names.Kind)));
        if (match.ConversationKinds is { Count: > 0 } conversations) text.Append(" in ").Append(List(conversations.Select(Conversation)));
        if (match.Users is { Count: > 0 } users) text.Append(" from ").Append(List(users.Select(Quote)));
        if (match.Language is { Length: > 0 } language) text.Append(" written in ").Append(names.Language(language));
        var clauses = Clauses(match).ToList();
        if (clauses.Count > 0) text.Append(" that ").Append(string.Join(" and ", clauses));
        var subject = text.Length == 0 ? "Every message" : $"Messages{text}";
        return rule.OnlyWhenUnassigned ? $"{subject}, as long as no agent has had the conversation" : subject;
    }

    /// <summary>What becomes of them.</summary>
    public static string Where(RuleTarget target, RuleNames names)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(names);
        if (target.Drop) return "nobody answers";
        if (target.Pool is { } pool) return $"an agent of {names.Pool(pool)}";
        if (target.Capable) return "whoever is good at it, by the intent";
        var asked = target.Agent is { } agent ? names.Agent(agent) : "…";
        return target.Fallback is { Count: > 0 } fallback ? $"{asked}, else {string.Join(", else ", fallback.Select(names.Agent))}" : asked;
    }

    /// <summary>A kind of conversation in words.</summary>
    public static string Conversation(string kind) => kind switch
    {
        "private" => "private conversations",
        "group" => "groups",
        "mail" => "mail threads",
        "socket" => "web chats",
        _ => kind,
    };

    private static IEnumerable<string> Clauses(RuleMatch match)
    {
        if (match.Command is { Length: > 0 } command) yield return $"begin with the command /{Cut(command)}";
        if (match.Intent is { Length: > 0 } intent) yield return $"have the intent {Quote(intent)}";
        if (match.Text?.Any is { Count: > 0 } any) yield return $"contain {List(any.Select(Quote))}";
        if (match.Text?.All is { Count: > 0 } all) yield return all.Count == 2 ? $"contain both {List(all.Select(Quote), "and")}" : $"contain {List(all.Select(Quote), "and")}";
        if (match.Text?.Keywords is { Count: > 0 } words) yield return $"have the word {List(words.Select(Quote))}";
        if (match.Text?.Regex is { Length: > 0 } regex) yield return $"match the expression {Cut(regex)}";
        if (match.HasAttachment is { } has) yield return has ? "have an attachment" : "have no attachment";
    }

    private static string List(IEnumerable<string> items, string last = "or")
    {
        var all = items.ToList();
        var shown = all.Take(MostItems).ToList();
        if (all.Count > MostItems) shown.Add($"{all.Count - MostItems} more");
        return shown.Count == 1 ? shown[0] : $"{string.Join(", ", shown[..^1])} {last} {shown[^1]}";
    }

    private static string Quote(string text) => $"“{Cut(text)}”";

    private static string Cut(string text)
    {
        if (text.Length <= MostCharacters) return text;
        var end = char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return text[..end] + "…";
    }
}

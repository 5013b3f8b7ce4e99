using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>Judges one rule condition by condition, for people: says the first one that does not hold.</summary>
internal static class RuleJudge
{
    /// <summary>What keeps the rule from matching, as half a sentence; null when it matches.</summary>
    public static string? Obstacle(RuleModel rule, MessageFacts facts) =>
        !rule.Enabled ? "the rule is disabled" : Place(rule.Match, facts) ?? Author(rule, facts) ?? Content(rule.Match, facts);

    /// <summary>Why the rule matches, as it would be stored.</summary>
    public static string Matched(RuleModel rule, MessageFacts facts) =>
        RuleWords.Matched(rule, First(rule.Match.Text?.Any, item => Holds(facts.Text, item)), First(rule.Match.Text?.Keywords, item => HoldsWord(facts.Text, item)));

    /// <summary>The text has that word, ignoring case.</summary>
    public static bool HoldsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = Next(text, word, at))
            if (WordEdges.IsEdge(text, at) && WordEdges.IsEdge(text, at + word.Length)) return true;
        return false;
    }

    private static int Next(string text, string word, int at) => at + 1 >= text.Length ? -1 : text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase);

    private static string? Place(RuleMatch match, MessageFacts facts)
    {
        var channel = facts.Question.Channel;
        if (match.Channels is { } channels && !channels.Contains(channel.Id))
            return $"the channel is {RuleWords.Quote(channel.Name)}, not {(channels.Count == 1 ? facts.ChannelName(channels[0]) : "one of the rule's")}";
        if (match.ChannelKinds is { } kinds && !kinds.Contains(channel.Kind)) return $"the kind of channel is '{channel.Kind}', not {RuleWords.List(kinds)}";
        if (match.ConversationKinds is { } conversations && !conversations.Contains(facts.Conversation))
            return $"the kind of conversation is '{facts.Conversation}', not {RuleWords.List(conversations)}";
        return null;
    }

    private static string? Author(RuleModel rule, MessageFacts facts)
    {
        if (rule.OnlyWhenUnassigned && facts.HadAgent) return "the session had an agent already";
        var user = facts.Question.User;
        if (rule.Match.Users is not { } users || (user is not null && users.Contains(user, StringComparer.Ordinal))) return null;
        return $"the user is {(user is null ? "not known" : RuleWords.Quote(user))}, not {RuleWords.List(users)}";
    }

    private static string? Content(RuleMatch match, MessageFacts facts)
    {
        if (match.HasAttachment is { } has && has != facts.Question.HasAttachment) return has ? "it has no attachment" : "it has an attachment";
        if (match.Command is { } command && CaseFolding.Fold(command) != facts.Command)
            return facts.Command is { } given ? $"the command is {RuleWords.Quote("/" + given.ToLowerInvariant())}, not {RuleWords.Quote("/" + command)}" : $"the text is not the command {RuleWords.Quote("/" + command)}";
        if (match.Intent is { } intent && !IntentWords.Is(intent, facts.Question.Intent ?? default)) return IntentWords.Obstacle(intent, facts.Question.Intent ?? default);
        return Text(match.Text, facts.Text) ?? Language(match.Language, facts) ?? Expression(match.Text?.Regex, facts);
    }

    private static string? Text(TextMatch? match, string text)
    {
        if (match?.All?.FirstOrDefault(item => !Holds(text, item)) is { } missing) return $"the text does not contain {RuleWords.Quote(missing)}";
        if (match?.Any is { } any && First(any, item => Holds(text, item)) < 0) return $"the text contains none of: {RuleWords.List(any)}";
        if (match?.Keywords is { } words && First(words, item => HoldsWord(text, item)) < 0) return $"the text has none of the words: {RuleWords.List(words)}";
        return null;
    }

    private static string? Language(string? language, MessageFacts facts)
    {
        if (language is null || string.Equals(language, facts.Language, StringComparison.OrdinalIgnoreCase)) return null;
        return facts.Language is { } found
            ? $"the language seems to be {LanguageNames.Of(found)}, not {LanguageNames.Of(language)}"
            : $"the language of so short or mixed a text is not certain, and the rule asks for {LanguageNames.Of(language)}";
    }

    private static string? Expression(string? regex, MessageFacts facts)
    {
        if (regex is null) return null;
        if (RulePattern.TryCreate(regex, out var fault) is not { } pattern) return $"the expression cannot be used: {fault}";
        if (!facts.IsDecided) return Told(regex, pattern.IsMatch(facts.Text, ref facts.Work), facts.Work.IsUsedUp);

        // what comes after the decision costs no message anything: it may take more, so that each expression is told about
        var work = new PatternWork(Math.Min(PatternWork.PerMessage, facts.StepsLeft));
        var before = work.Left;
        var matched = pattern.IsMatch(facts.Text, ref work);
        facts.StepsLeft -= before - work.Left;
        return Told(regex, matched, work.IsUsedUp);
    }

    private static string? Told(string regex, bool matched, bool isUsedUp)
    {
        if (matched) return null;
        return isUsedUp ? "the expressions up to this one need more work than one message may cost" : $"the text does not match the expression {RuleWords.Quote(regex)}";
    }

    private static bool Holds(string text, string item) => text.Contains(item, StringComparison.OrdinalIgnoreCase);

    private static int First(IReadOnlyList<string>? items, Func<string, bool> holds)
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
            if (holds(items![i])) return i;
        return -1;
    }
}

using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>Says in plain words what a rule asked for and found.</summary>
internal static class RuleWords
{
    private const int Longest = 60;

    /// <summary>Why a rule matched. The numbers say which item of a list was found, -1 = there is no such list.</summary>
    public static string Matched(RuleModel rule, int any = -1, int keyword = -1) => $"Rule '{rule.Name}' matched: {Found(rule, any, keyword)}.";

    /// <summary>All that held, joined by commas.</summary>
    public static string Found(RuleModel rule, int any, int keyword)
    {
        var (match, text) = (rule.Match, rule.Match.Text);
        List<string> parts = [];
        if (match.Channels is not null) parts.Add("the channel is one of the rule's");
        if (match.ChannelKinds is not null) parts.Add($"the kind of channel is {List(match.ChannelKinds)}");
        if (match.ConversationKinds is not null) parts.Add($"the kind of conversation is {List(match.ConversationKinds)}");
        if (match.Users is { Count: 1 } users) parts.Add($"the user is {Quote(users[0])}");
        else if (match.Users is not null) parts.Add("the user is one of the rule's");
        if (match.Command is not null) parts.Add($"the command is {Quote("/" + match.Command)}");
        if (match.Intent is not null) parts.Add($"the intent is {Quote(match.Intent)}");
        if (match.HasAttachment is { } has) parts.Add(has ? "it has an attachment" : "it has no attachment");
        if (any >= 0) parts.Add($"the text contains {Quote(text!.Any![any])}");
        if (text?.All is { } all) parts.Add($"the text contains {List(all, "and")}");
        if (keyword >= 0) parts.Add($"the text has the word {Quote(text!.Keywords![keyword])}");
        if (text?.Regex is not null) parts.Add("the text matches the expression");
        if (match.Language is not null) parts.Add($"the language is {Languages.LanguageNames.Of(match.Language)}");
        if (rule.OnlyWhenUnassigned) parts.Add("the session had no agent yet");
        return parts.Count == 0 ? "it takes every message" : string.Join(", ", parts);
    }

    /// <summary>'a', 'b' or 'c'; cut when it gets long.</summary>
    public static string List(IReadOnlyList<string> items, string last = "or")
    {
        const int most = 5;
        var text = new StringBuilder();
        for (var i = 0; i < Math.Min(items.Count, most); i++)
        {
            if (i > 0) text.Append(i == items.Count - 1 ? $" {last} " : ", ");
            text.Append(Quote(items[i]));
        }

        return items.Count > most ? $"{text} {last} {items.Count - most} more" : text.ToString();
    }

    public static string Quote(string text) => $"'{(text.Length > Longest ? text[..Cut(text)] + "…" : text)}'";

    private static int Cut(string text) => char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Gateway.Core.Routing.Matching;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Gateway.Core.Routing.Checks;

/// <summary>Says what is wrong with a rule before it is saved, and which rules of a list can never decide.</summary>
public static class RuleCheck
{
    /// <summary>The kinds of channel that a rule may name.</summary>
    public static IReadOnlyList<string> ChannelKinds { get; } = ["websocket", "telegram", "discord", "email", "http", "openai", "a2a"];

    /// <summary>Faults of the conditions; empty = fine. Whether the channels exist is for <see cref="Warnings"/>.</summary>
    public static IReadOnlyList<RuleFault> Faults(RuleMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        var faults = new List<RuleFault>();
        List(faults, "match.channels", "channel", match.Channels, RuleLimits.Channels);
        OneOf(faults, "match.channelKinds", "kind of channel", match.ChannelKinds, ChannelKinds);
        OneOf(faults, "match.conversationKinds", "kind of conversation", match.ConversationKinds, ConversationKinds.All);
        Texts(faults, "match.users", "user", match.Users, RuleLimits.Users, RuleLimits.UserLength);
        Command(faults, match.Command);
        if (match.Language is { } language && !LanguageNames.All.ContainsKey(language))
            faults.Add(new("match.language", $"{RuleWords.Quote(language)} is not a language that the gateway can tell. It knows {string.Join(", ", LanguageNames.All.Keys)}."));
        if (match.Intent is { } intent && (string.IsNullOrWhiteSpace(intent) || intent.Length > 80)) faults.Add(new("match.intent", "An intent's name has 1 to 80 characters."));
        Text(faults, match.Text);
        return faults;
    }

    /// <summary>Faults of the target; empty = fine. The agent must be one of the tenant's.</summary>
    public static IReadOnlyList<RuleFault> Faults(RuleTarget target, ICatalog catalog, Guid tenant)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(catalog);
        var given = (target.Agent is null ? 0 : 1) + (target.Pool is null ? 0 : 1) + (target.Capable ? 1 : 0) + (target.Drop ? 1 : 0);
        if (given != 1) return [new("target", "Give exactly one of: agent, pool, capable, drop.")];
        if (target.Pool is { } pool) return catalog.FindPool(pool)?.TenantId != tenant ? [new("target.pool", "There is no pool with this id.")] : [];
        if (target.Fallback?.Any(f => catalog.FindAgent(f)?.Tenant.Id != tenant) == true) return [new("target.fallback", "An agent to ask next does not exist.")];
        return target.Agent is { } agent && catalog.FindAgent(agent)?.Tenant.Id != tenant ? [new("target.agent", "There is no agent with this id.")] : [];
    }

    /// <summary>What is too much of a whole list of rules; null = fine. Disabled rules count.</summary>
    public static string? ListFault(IReadOnlyList<RuleModel> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Count > RuleLimits.Rules) return FormattableString.Invariant($"There are {rules.Count:#,0} rules; {RuleLimits.Rules:#,0} are allowed.");
        var expressions = rules.Count(r => r.Match.Text?.Regex is not null);
        if (expressions > RuleLimits.Expressions) return FormattableString.Invariant($"There are {expressions:#,0} rules with a regular expression; {RuleLimits.Expressions:#,0} are allowed.");
        var characters = rules.Sum(r => Characters(r.Match.Text?.Any) + Characters(r.Match.Text?.All) + Characters(r.Match.Text?.Keywords));
        return characters > RuleLimits.PhraseCharacters ? FormattableString.Invariant($"The texts and words of all rules have {characters:#,0} characters; {RuleLimits.PhraseCharacters:#,0} are allowed.") : null;
    }

    /// <summary>The regular expression's fault; null when it can be used.</summary>
    public static string? ExpressionFault(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Length == 0) return "An empty expression would match everything; leave it out.";
        if (RulePattern.TryCreate(expression, out var fault) is null) return fault;
        return NetFault(expression);
    }

    /// <summary>The rules that can never decide, given those above them and what exists; in order of the list.</summary>
    public static IReadOnlyList<RuleWarning> Warnings(RuleSetModel rules, ICatalog catalog, Guid tenant)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(catalog);
        return RuleWarnings.Of(rules.Rules, catalog, tenant);
    }

    /// <summary>What .NET itself says: our reading of an expression must not take more than the contract allows.</summary>
    private static string? NetFault(string expression)
    {
        try
        {
            _ = new System.Text.RegularExpressions.Regex(
                expression, System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (ArgumentException e)
        {
            return $"The expression cannot be read: {e.Message}";
        }
    }

    private static long Characters(IReadOnlyList<string>? items) => items?.Sum(i => (long)i.Length) ?? 0;

    private static void Text(List<RuleFault> faults, TextMatch? text)
    {
        if (text is null) return;
        if (text is { Any: null, All: null, Keywords: null, Regex: null }) faults.Add(new("match.text", "Give at least one of: any, all, keywords, regex."));
        Texts(faults, "match.text.any", "text", text.Any, RuleLimits.Phrases, RuleLimits.PhraseLength);
        Texts(faults, "match.text.all", "text", text.All, RuleLimits.Phrases, RuleLimits.PhraseLength);
        Texts(faults, "match.text.keywords", "word", text.Keywords, RuleLimits.Phrases, RuleLimits.PhraseLength, trimmed: true);
        if (text.Regex is { } regex && ExpressionFault(regex) is { } fault) faults.Add(new("match.text.regex", fault));
    }

    private static void Command(List<RuleFault> faults, string? command)
    {
        if (command is null) return;
        if (command.StartsWith('/')) faults.Add(new("match.command", "Write the command without its slash."));
        else if (command.Length is 0 or > RuleLimits.CommandLength) faults.Add(new("match.command", $"A command has 1 to {RuleLimits.CommandLength} characters."));
        else if (command.Any(c => char.IsWhiteSpace(c) || c == '@' || char.IsControl(c))) faults.Add(new("match.command", "A command is one word, without spaces and without @."));
        else if (!IsWellFormed(command)) faults.Add(new("match.command", "The command holds half a character (a lone surrogate)."));
    }

    private static void Texts(List<RuleFault> faults, string field, string what, IReadOnlyList<string>? items, int most, int longest, bool trimmed = false)
    {
        if (!List(faults, field, what, items, most)) return;
        for (var i = 0; i < items!.Count; i++)
            if (Item(what, items[i], longest, trimmed) is { } fault) faults.Add(new(field, $"Item {i + 1}: {fault}"));
    }

    private static string? Item(string what, string? item, int longest, bool trimmed) => item switch
    {
        null => $"a {what} cannot be null.",
        _ when string.IsNullOrWhiteSpace(item) => $"a {what} cannot be empty.",
        _ when item.Length > longest => $"a {what} has at most {longest} characters.",
        _ when trimmed && item.Trim().Length != item.Length => $"a {what} cannot begin or end with a space.",
        _ when !IsWellFormed(item) => $"this {what} holds half a character (a lone surrogate).",
        _ => null,
    };

    private static void OneOf(List<RuleFault> faults, string field, string what, IReadOnlyList<string>? items, IReadOnlyList<string> known)
    {
        if (!List(faults, field, what, items, known.Count)) return;
        foreach (var item in items!.Where(i => !known.Contains(i)))
            faults.Add(new(field, $"{RuleWords.Quote(item ?? "null")} is not a {what}. Allowed: {string.Join(", ", known)}."));
    }

    private static bool List<T>(List<RuleFault> faults, string field, string what, IReadOnlyList<T>? items, int most)
    {
        if (items is null) return false;
        if (items.Count == 0) faults.Add(new(field, "An empty list would match nothing; leave the condition out."));
        else if (items.Count > most) faults.Add(new(field, $"There are {items.Count} items; {most} are allowed."));
        else if (items.Distinct().Count() != items.Count) faults.Add(new(field, $"The same {what} is there twice."));
        else return true;
        return false;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}

using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Matching;

namespace OpenClaw.Gateway.Core.Routing.Checks;

/// <summary>Whether one rule takes every message that another one would. Says yes only when it is certain.</summary>
internal static class RuleCoverage
{
    /// <summary>True when <paramref name="wide"/> matches whatever <paramref name="narrow"/> matches.</summary>
    public static bool Covers(RuleModel wide, RuleModel narrow, Func<Guid, string?> kindOf)
    {
        if (wide.OnlyWhenUnassigned && !narrow.OnlyWhenUnassigned) return false;
        var (w, n) = (wide.Match, narrow.Match);
        return Has(w.Channels, n.Channels)
            && HasKinds(w.ChannelKinds, n, kindOf, kind => [kind])
            && (Has(w.ConversationKinds, n.ConversationKinds) || HasKinds(w.ConversationKinds, n, kindOf, ConversationKinds.Of))
            && Has(w.Users, n.Users)
            && Same(w.Command, n.Command)
            && Same(w.Language, n.Language)
            && Same(w.Intent, n.Intent)
            && (w.HasAttachment is null || w.HasAttachment == n.HasAttachment)
            && CoversText(w.Text, n.Text);
    }

    private static bool Has<T>(IReadOnlyList<T>? wide, IReadOnlyList<T>? narrow) => wide is null || (narrow is not null && narrow.All(wide.Contains));

    /// <summary>The narrow rule names kinds, or channels of kinds, that the wide one has all.</summary>
    private static bool HasKinds(IReadOnlyList<string>? wide, RuleMatch narrow, Func<Guid, string?> kindOf, Func<string, IReadOnlyList<string>> map)
    {
        if (wide is null) return true;
        if (narrow.ChannelKinds is { } kinds && kinds.All(k => map(k).All(wide.Contains))) return true;
        return narrow.Channels is { } channels && channels.All(c => kindOf(c) is { } kind && map(kind).All(wide.Contains));
    }

    private static bool Same(string? wide, string? narrow) => wide is null || string.Equals(wide, narrow, StringComparison.OrdinalIgnoreCase);

    private static bool CoversText(TextMatch? wide, TextMatch? narrow)
    {
        if (wide is null) return true;
        if (narrow is null) return false;
        return (wide.Any is null || Implies(narrow, item => wide.Any.Any(w => Holds(item, w))))
            && (wide.All is null || wide.All.All(w => Implies(narrow, item => Holds(item, w))))
            && (wide.Keywords is null || ImpliesWord(narrow, item => wide.Keywords.Any(w => RuleJudge.HoldsWord(item, w))))
            && (wide.Regex is null || wide.Regex == narrow.Regex);
    }

    /// <summary>A text that fulfils the rule surely holds something of which the test is true.</summary>
    private static bool Implies(TextMatch text, Func<string, bool> test) =>
        (text.All is { } all && all.Any(test)) || (text.Any is { Count: > 0 } any && any.All(test)) || ImpliesWord(text, test);

    private static bool ImpliesWord(TextMatch text, Func<string, bool> test) => text.Keywords is { Count: > 0 } words && words.All(test);

    private static bool Holds(string text, string item) => text.Contains(item, StringComparison.OrdinalIgnoreCase);
}

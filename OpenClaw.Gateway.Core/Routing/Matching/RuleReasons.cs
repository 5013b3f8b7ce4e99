using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// A rule's decision as it is stored with a message, serialised once for each item of its lists that decides: thousands of
/// messages share the bytes.
/// </summary>
internal sealed class RuleReasons(RuleModel rule, int version)
{
    private const int MostKept = 256;
    private readonly int _keywords = (rule.Match.Text?.Keywords?.Count ?? 0) + 1;
    private readonly byte[]?[] _kept = new byte[Math.Min(MostKept, ((rule.Match.Text?.Any?.Count ?? 0) + 1) * ((rule.Match.Text?.Keywords?.Count ?? 0) + 1))][];

    /// <summary><c>content</c> when the rule looks at what the message holds, else <c>static</c>.</summary>
    public string Strategy { get; } = StrategyOf(rule.Match);

    /// <param name="any">Which of the substrings was found, -1 = none asked for.</param>
    /// <param name="keyword">Which of the words was found, -1 = none asked for.</param>
    public byte[] Json(int any, int keyword)
    {
        var slot = ((any + 1) * _keywords) + keyword + 1;
        if (slot >= _kept.Length) return Write(RuleWords.Matched(rule, any, keyword));
        return _kept[slot] ??= Write(RuleWords.Matched(rule, any, keyword));
    }

    /// <summary>With something to add, not kept.</summary>
    public byte[] Json(int any, int keyword, string addition) => Write($"{RuleWords.Matched(rule, any, keyword)} {addition}");

    /// <summary>For one agent of several; not kept.</summary>
    public byte[] Json(int any, int keyword, string strategy, string chosen, string? addition) => Write(Sentence(RuleWords.Matched(rule, any, keyword), chosen, addition), strategy);

    /// <summary>That a rule matched, and who was chosen.</summary>
    public static string Sentence(string matched, string chosen, string? addition) =>
        addition is null ? $"{matched.AsSpan().TrimEnd('.')}; {chosen}." : $"{matched.AsSpan().TrimEnd('.')}; {chosen}. {addition}";

    public static string StrategyOf(RuleMatch match) =>
        match is { Text: null, Command: null, Language: null, Intent: null, HasAttachment: null } ? RouteStrategies.Static : RouteStrategies.Content;

    private byte[] Write(string why, string? strategy = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new { rule = new { id = rule.Id, name = rule.Name }, version, strategy = strategy ?? Strategy, why }, RouteStrategies.Json);
}

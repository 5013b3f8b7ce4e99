using System.Collections.Frozen;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Patterns;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>Builds a <see cref="CompiledRules"/>: gathers phrases, and chooses for each rule what leads to it.</summary>
internal sealed class RuleCompiler
{
    private readonly PhraseSetBuilder _phrases = new();
    private readonly Dictionary<string, List<int>> _byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byCommand = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<int>> _byPhrase = [];
    private readonly ulong[] _untriggered;
    private readonly RuleSetModel _set;
    private readonly Func<Guid, RuleCounter> _counter;

    private RuleCompiler(RuleSetModel set, Func<Guid, RuleCounter> counter)
    {
        (_set, _counter) = (set, counter);
        _untriggered = new ulong[Bits.Words(set.Rules.Count)];
    }

    public static CompiledRules Compile(RuleSetModel set, Func<Guid, RuleCounter> counter) => new RuleCompiler(set, counter).Build();

    private CompiledRules Build()
    {
        var rules = new CompiledRule[_set.Rules.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = Rule(i, _set.Rules[i]);
            if (_set.Rules[i].Enabled) Lead(rules[i]);
        }

        var byPhrase = new int[_phrases.Count][];
        for (var i = 0; i < byPhrase.Length; i++) byPhrase[i] = _byPhrase.TryGetValue(i, out var list) ? [.. list] : [];
        return new(_set.Version)
        {
            Rules = rules,
            Phrases = _phrases.Build(),
            ByUser = _byUser.ToFrozenDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal),
            ByCommand = _byCommand.ToFrozenDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal),
            ByPhrase = byPhrase,
            Untriggered = _untriggered,
            Reasons = new(_set.Version),
        };
    }

    private CompiledRule Rule(int index, RuleModel model)
    {
        var (match, text) = (model.Match, model.Match.Text);
        return new(index, model, _counter(model.Id))
        {
            Users = match.Users?.ToFrozenSet(StringComparer.Ordinal),
            Command = match.Command is null ? null : CaseFolding.Fold(match.Command),
            Any = Phrases(model, text?.Any, whole: false),
            All = Phrases(model, text?.All, whole: false),
            Keywords = Phrases(model, text?.Keywords, whole: true),
            Pattern = text?.Regex is null || !model.Enabled ? null : RulePattern.TryCreate(text.Regex, out _) ?? RulePattern.Never,
            Reasons = new(model, _set.Version),
        };
    }

    private int[]? Phrases(RuleModel rule, IReadOnlyList<string>? items, bool whole) =>
        items is null ? null : rule.Enabled ? [.. items.Select(item => _phrases.Add(item, whole))] : [];

    /// <summary>The condition that the fewest messages meet leads to the rule; the others are looked at only then.</summary>
    private void Lead(CompiledRule rule)
    {
        if (rule.Users is { } users) foreach (var user in users) Add(_byUser, user, rule);
        else if (rule.Command is { } command) Add(_byCommand, command, rule);
        else if (rule.All is { Length: > 0 } all) Add(_byPhrase, all[Longest(rule.Model.Match.Text!.All!)], rule);
        else if (rule.Keywords is { } keywords) foreach (var keyword in keywords.Distinct()) Add(_byPhrase, keyword, rule);
        else if (rule.Any is { } any) foreach (var phrase in any.Distinct()) Add(_byPhrase, phrase, rule);
        else if (rule.Pattern?.Required is { } required) foreach (var text in required.Distinct(StringComparer.OrdinalIgnoreCase)) Add(_byPhrase, _phrases.Add(text, whole: false), rule);
        else Bits.Set(_untriggered, rule.Index);
    }

    private static int Longest(IReadOnlyList<string> items) => Enumerable.Range(0, items.Count).MaxBy(i => items[i].Length);

    private static void Add<T>(Dictionary<T, List<int>> map, T key, CompiledRule rule)
        where T : notnull
    {
        if (!map.TryGetValue(key, out var list)) map[key] = list = [];
        list.Add(rule.Index);
    }
}

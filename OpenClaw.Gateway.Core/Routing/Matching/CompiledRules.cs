using System.Collections.Concurrent;
using System.Collections.Frozen;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// A published rule set, ready to be asked. A rule is tried only when something leads to it: its user, its command, one of its
/// phrases. One pass over the text finds the phrases of all rules; rules that nothing leads to cost nothing.
/// </summary>
internal sealed class CompiledRules(int version)
{
    private const int MostChannels = 10_000;
    private readonly ConcurrentDictionary<(Guid Channel, string Kind, bool IsGroup), ChannelRules> _channels = new();

    public int Version => version;

    public required CompiledRule[] Rules
    {
        get;
        init
        {
            field = value;
            NeedsIntent = value.Any(r => r.Model is { Enabled: true } rule && (rule.Match.Intent is not null || rule.Target.Capable));
        }
    }

    /// <summary>At least one of them looks at what the message wants.</summary>
    public bool NeedsIntent { get; private init; }

    public required PhraseSet Phrases { get; init; }

    /// <summary>Rules by user, in order.</summary>
    public required FrozenDictionary<string, int[]> ByUser { get; init; }

    /// <summary>Rules by folded command, in order.</summary>
    public required FrozenDictionary<string, int[]> ByCommand { get; init; }

    /// <summary>The rules that each phrase leads to.</summary>
    public required int[][] ByPhrase { get; init; }

    /// <summary>The rules that nothing leads to.</summary>
    public required ulong[] Untriggered { get; init; }

    /// <summary>The reasons of decisions that no rule made.</summary>
    public required RouteReasons Reasons { get; init; }

    public ChannelRules Of(ChannelModel channel, bool isGroup)
    {
        if (_channels.TryGetValue((channel.Id, channel.Kind, isGroup), out var known)) return known;
        if (_channels.Count >= MostChannels) _channels.Clear(); // far more than there can be channels: deleted ones went by
        return _channels[(channel.Id, channel.Kind, isGroup)] = Select(channel, isGroup);
    }

    private ChannelRules Select(ChannelModel channel, bool isGroup)
    {
        var words = Bits.Words(Rules.Length);
        var (all, always, text, alwaysText) = (new ulong[words], new ulong[words], new ulong[words], new ulong[words]);
        var conversation = ConversationKinds.Of(channel.Kind, isGroup);
        foreach (var rule in Rules)
        {
            if (!IsFor(rule.Model, channel, conversation)) continue;
            Bits.Set(all, rule.Index);
            if (rule.NeedsText) Bits.Set(text, rule.Index);
            if (Bits.Has(Untriggered, rule.Index)) Bits.Set(rule.NeedsText ? alwaysText : always, rule.Index);
        }

        return new(all, always, text, alwaysText);
    }

    private static bool IsFor(RuleModel rule, ChannelModel channel, string conversation) =>
        rule is { Enabled: true, Match: var match }
        && (match.Channels is null || match.Channels.Contains(channel.Id))
        && (match.ChannelKinds is null || match.ChannelKinds.Contains(channel.Kind))
        && (match.ConversationKinds is null || match.ConversationKinds.Contains(conversation));
}

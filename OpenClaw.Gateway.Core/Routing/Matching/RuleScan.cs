using System.Buffers;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Gateway.Core.Routing.Patterns;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// One message against one rule set: gives the matching rules one after the other, first the first. Rules that do not need the text are tried
/// first, and the text is decoded and searched only when a rule before the first of those needs it. Memory is rented.
/// </summary>
internal ref struct RuleScan
{
    private readonly CompiledRules _set;
    private readonly ChannelRules _channel;
    private readonly RouteFacts _facts;
    private readonly int[] _ofUser = [], _ofCommand = [];
    private PatternWork _work = new(PatternWork.PerMessage);
    private char[]? _chars;
    private ulong[]? _bits;
    private int[]? _list;
    private Span<char> _text;
    private Span<ulong> _found, _candidates;
    private string? _language;
    private bool _hasLanguage;
    private int _from;

    public RuleScan(CompiledRules set, ChannelModel channel, in RouteFacts facts)
    {
        (_set, _facts) = (set, facts);
        _channel = set.Of(channel, facts.IsGroup);
        if (set.ByUser.Count > 0 && facts.User is { } user && set.ByUser.TryGetValue(user, out var ofUser)) _ofUser = ofUser;
        if (set.ByCommand.Count == 0) return;
        Span<char> command = stackalloc char[Commands.MaxLength];
        var length = Commands.Read(facts.Text.Bytes.Span, command);
        if (length > 0 && set.ByCommand.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(command[..length], out var ofCommand)) _ofCommand = ofCommand;
    }

    /// <summary>The expressions of the rule set did more work than a message may cost: some rules were not tried to the end.</summary>
    public readonly bool IsCutShort => _work.IsUsedUp;

    /// <summary>The next rule that matches, or null.</summary>
    public CompiledRule? Next()
    {
        var plain = NextPlain();
        var index = NextText(plain);
        if (index == _set.Rules.Length) return null;
        _from = index + 1;
        return _set.Rules[index];
    }

    /// <summary>Which of the rule's substrings and words were found first; -1 = none asked for.</summary>
    public readonly (int Any, int Keyword) Found(CompiledRule rule) => (FirstFound(rule.Any), FirstFound(rule.Keywords));

    public void Dispose()
    {
        if (_chars is not null) ArrayPool<char>.Shared.Return(_chars);
        if (_bits is not null) ArrayPool<ulong>.Shared.Return(_bits);
        if (_list is not null) ArrayPool<int>.Shared.Return(_list);
        (_chars, _bits, _list) = (null, null, null);
    }

    private readonly int FirstFound(int[]? items)
    {
        if (items is null) return -1;
        for (var i = 0; i < items.Length; i++)
            if (Bits.Has(_found, items[i])) return i;
        return -1;
    }

    /// <summary>The first matching rule that does not need the text.</summary>
    private readonly int NextPlain()
    {
        var end = _set.Rules.Length;
        for (var i = Bits.Next(_channel.Always, _from, end); i < end; i = Bits.Next(_channel.Always, i + 1, end))
            if (HoldsPlain(_set.Rules[i])) end = i;
        end = NextOf(_ofUser, end);
        return NextOf(_ofCommand, end);
    }

    private readonly int NextOf(int[] rules, int end)
    {
        foreach (var i in rules)
        {
            if (i >= end) return end;
            if (i >= _from && Bits.Has(_channel.All, i) && !_set.Rules[i].NeedsText && HoldsPlain(_set.Rules[i])) return i;
        }

        return end;
    }

    private readonly bool HoldsPlain(CompiledRule rule)
    {
        if (rule.Model.OnlyWhenUnassigned && _facts.Last != Guid.Empty) return false;
        if (rule.Model.Match.HasAttachment is { } has && has != _facts.HasAttachment) return false;
        if (rule.Users is { } users && (_facts.User is null || !users.Contains(_facts.User))) return false;
        if (rule.Model.Match.Intent is { } intent && !IntentWords.Is(intent, _facts.Intent)) return false;
        return rule.Command is null || IsCommand(rule.Command);
    }

    /// <summary>All rules of the command's list name it; a rule to which its users lead is in no such list.</summary>
    private readonly bool IsCommand(string command)
    {
        if (_ofCommand.Length > 0) return command == _set.Rules[_ofCommand[0]].Command;
        Span<char> name = stackalloc char[Commands.MaxLength];
        var length = Commands.Read(_facts.Text.Bytes.Span, name);
        return length > 0 && command.AsSpan().SequenceEqual(name[..length]);
    }

    /// <summary>The first matching rule before <paramref name="end"/> that needs the text, else <paramref name="end"/>.</summary>
    private int NextText(int end)
    {
        if (Bits.Next(_channel.Text, _from, end) == end) return end;
        if (_bits is null) Search();
        for (var i = Bits.Next(_candidates, _from, end); i < end; i = Bits.Next(_candidates, i + 1, end))
            if (HoldsPlain(_set.Rules[i]) && HoldsText(_set.Rules[i])) return i;
        return end;
    }

    private bool HoldsText(CompiledRule rule)
    {
        if (rule.All is { } all)
        {
            foreach (var phrase in all)
                if (!Bits.Has(_found, phrase)) return false;
        }

        if (rule.Any is not null && FirstFound(rule.Any) < 0) return false;
        if (rule.Keywords is not null && FirstFound(rule.Keywords) < 0) return false;
        if (rule.Language is { } language && !string.Equals(language, Language(), StringComparison.OrdinalIgnoreCase)) return false;
        return rule.Pattern is null || rule.Pattern.IsMatch(_text, ref _work);
    }

    private string? Language()
    {
        if (_hasLanguage) return _language;
        _hasLanguage = true;
        return _language = LanguageDetector.Detect(_text);
    }

    /// <summary>Decodes the text, finds all phrases, and marks the rules that they, the user and the command lead to.</summary>
    private void Search()
    {
        var (phrases, rules) = (Bits.Words(_set.Phrases.Count), Bits.Words(_set.Rules.Length));
        _bits = ArrayPool<ulong>.Shared.Rent(phrases + rules);
        _found = _bits.AsSpan(0, phrases);
        _found.Clear();
        _candidates = _bits.AsSpan(phrases, rules);
        _channel.AlwaysText.CopyTo(_candidates);
        Mark(_ofUser);
        Mark(_ofCommand);

        var bytes = _facts.Text.Bytes.Span;
        var subject = _facts.Subject is { Length: > 0 } line ? line + "\n" : "";
        _chars = ArrayPool<char>.Shared.Rent(Math.Max(2 * (subject.Length + bytes.Length), 1));
        subject.CopyTo(_chars);
        _text = _chars.AsSpan(0, subject.Length + Encoding.UTF8.GetChars(bytes, _chars.AsSpan(subject.Length)));
        if (_set.Phrases.Count == 0) return;
        var folded = _chars.AsSpan(_text.Length, _text.Length);
        CaseFolding.Fold(_text, folded);
        _list = ArrayPool<int>.Shared.Rent(_set.Phrases.Count);
        var count = _set.Phrases.Find(folded, _found, _list);
        foreach (var phrase in _list.AsSpan(0, count)) Mark(_set.ByPhrase[phrase]);
    }

    private readonly void Mark(int[] rules)
    {
        foreach (var i in rules)
            if (Bits.Has(_channel.Text, i)) Bits.Set(_candidates, i);
    }
}

using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>Collects the phrases of all rules and links them into one automaton (Aho-Corasick).</summary>
internal sealed class PhraseSetBuilder
{
    private readonly Dictionary<(string Text, bool Whole), int> _ids = [];
    private readonly Dictionary<long, int> _edges = [];
    private readonly List<(int Parent, char By)> _states = [(0, '\0')];
    private readonly List<(int State, int Length, bool Whole)> _phrases = [];

    public int Count => _phrases.Count;

    /// <summary>The number of a phrase, the same for equal ones. <paramref name="whole"/>: found only where words begin and end.</summary>
    public int Add(string text, bool whole)
    {
        var folded = CaseFolding.Fold(text);
        if (_ids.TryGetValue((folded, whole), out var known)) return known;
        var state = 0;
        foreach (var c in folded)
        {
            var key = PhraseSet.Key(state, c);
            if (!_edges.TryGetValue(key, out var next))
            {
                next = _states.Count;
                _edges.Add(key, next);
                _states.Add((state, c));
            }

            state = next;
        }

        _phrases.Add((state, folded.Length, whole));
        return _ids[(folded, whole)] = _phrases.Count - 1;
    }

    public PhraseSet Build()
    {
        var (fail, part, whole) = (new int[_states.Count], new PhraseEnd[_states.Count], new PhraseEnd[_states.Count]);
        Array.Fill(part, PhraseEnd.None);
        Array.Fill(whole, PhraseEnd.None);
        for (var i = 0; i < _phrases.Count; i++)
            (_phrases[i].Whole ? whole : part)[_phrases[i].State] = new(i, _phrases[i].Length, 0);
        foreach (var state in ByDepth()) Link(state, fail, part, whole);
        return new(_edges, fail, part, whole, _phrases.Count);
    }

    /// <summary>A state's fail state is shallower, so it is linked before.</summary>
    private void Link(int state, int[] fail, PhraseEnd[] part, PhraseEnd[] whole)
    {
        var (parent, by) = _states[state];
        if (parent != 0)
        {
            var at = fail[parent];
            int next;
            while (!_edges.TryGetValue(PhraseSet.Key(at, by), out next) && at != 0) at = fail[at];
            fail[state] = next;
        }

        part[state] = part[state] with { Link = Ending(fail[state], part) };
        whole[state] = whole[state] with { Link = Ending(fail[state], whole) };
    }

    /// <summary>That state or the next shorter one at which a phrase ends.</summary>
    private static int Ending(int state, PhraseEnd[] ends) => ends[state].Phrase >= 0 ? state : ends[state].Link;

    private IEnumerable<int> ByDepth()
    {
        var depth = new int[_states.Count];
        for (var i = 1; i < depth.Length; i++) depth[i] = depth[_states[i].Parent] + 1;
        return Enumerable.Range(1, depth.Length - 1).OrderBy(i => depth[i]);
    }
}

/// <summary>The phrase that ends at a state (-1 = none), and the state of the next shorter phrase that ends there too (0 = none).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PhraseEnd(int Phrase, int Length, int Link)
{
    public static readonly PhraseEnd None = new(-1, 0, 0);
}

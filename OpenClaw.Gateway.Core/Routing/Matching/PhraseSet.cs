namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>
/// All phrases of a rule set, found in one pass over a text whatever their number (Aho-Corasick over a hash of edges: dense tables
/// of thousands of phrases would take megabytes per tenant).
/// </summary>
internal sealed class PhraseSet
{
    private readonly int[] _first = new int[128];
    private readonly long[] _keys;
    private readonly int[] _targets;
    private readonly int _shift;
    private readonly int[] _fail;
    private readonly PhraseEnd[] _part, _whole;

    public PhraseSet(Dictionary<long, int> edges, int[] fail, PhraseEnd[] part, PhraseEnd[] whole, int count)
    {
        (_fail, _part, _whole, Count) = (fail, part, whole, count);
        var bits = 4;
        while (1 << bits < edges.Count * 2) bits++;
        (_keys, _targets, _shift) = (new long[1 << bits], new int[1 << bits], 64 - bits);
        foreach (var (key, target) in edges)
        {
            var slot = Slot(key);
            while (_keys[slot] != 0) slot = (slot + 1) & (_keys.Length - 1);
            (_keys[slot], _targets[slot]) = (key, target);
            if (StateOf(key) == 0 && CharOf(key) < 128) _first[CharOf(key)] = target;
        }
    }

    /// <summary>Number of phrases.</summary>
    public int Count { get; }

    /// <summary>Sets the bits of the phrases that a folded text holds, and lists each once in the order in which they end.</summary>
    public int Find(ReadOnlySpan<char> folded, Span<ulong> found, Span<int> list)
    {
        var (state, listed) = (0, 0);
        for (var i = 0; i < folded.Length; i++)
        {
            state = Next(state, folded[i]);
            if (state == 0) continue;
            // A phrase that was found before brought all shorter ones behind it along: the whole pass lists each once, however they overlap.
            for (var at = Ending(_part, state); at != 0; at = _part[at].Link)
            {
                var phrase = _part[at].Phrase;
                if (Bits.Has(found, phrase)) break;
                Bits.Set(found, phrase);
                list[listed++] = phrase;
            }

            var word = Ending(_whole, state);
            if (word == 0 || !WordEdges.IsEdge(folded, i + 1)) continue;
            for (; word != 0; word = _whole[word].Link)
            {
                var (phrase, length, _) = _whole[word];
                if (Bits.Has(found, phrase) || !WordEdges.IsEdge(folded, i + 1 - length)) continue;
                Bits.Set(found, phrase);
                list[listed++] = phrase;
            }
        }

        return listed;
    }

    /// <summary>An edge's key; never 0, because no phrase is empty and state and character are moved up by one.</summary>
    public static long Key(int state, char c) => ((long)state << 17) | ((long)c + 1);

    private static int StateOf(long key) => (int)(key >> 17);

    private static char CharOf(long key) => (char)((key & 0x1FFFF) - 1);

    private static int Ending(PhraseEnd[] ends, int state) => ends[state].Phrase >= 0 ? state : ends[state].Link;

    private int Slot(long key) => (int)((ulong)(key * -7046029254386353131L) >> _shift);

    private int Next(int state, char c)
    {
        while (state != 0)
        {
            if (Edge(state, c) is var next and not 0) return next;
            state = _fail[state];
        }

        return c < 128 ? _first[c] : Edge(0, c);
    }

    private int Edge(int state, char c)
    {
        var key = Key(state, c);
        for (var slot = Slot(key); ; slot = (slot + 1) & (_keys.Length - 1))
        {
            if (_keys[slot] == key) return _targets[slot];
            if (_keys[slot] == 0) return 0;
        }
    }
}

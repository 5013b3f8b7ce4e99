using System.Numerics;

namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>The parts that a model knows, each with its column and its rarity; looked up without allocating.</summary>
internal sealed class Vocabulary
{
    private readonly uint[] _keys;
    private readonly int[] _columns;

    private Vocabulary(uint[] keys, int[] columns, float[] rarity, float unknown) =>
        (_keys, _columns, Rarity, Unknown) = (keys, columns, rarity, unknown);

    /// <summary>Number of columns.</summary>
    public int Count => Rarity.Length;

    /// <summary>By column: how much one occurrence says (inverse document frequency, smoothed).</summary>
    public float[] Rarity { get; }

    /// <summary>The rarity of what no example holds.</summary>
    public float Unknown { get; }

    /// <summary>What these samples hold; the most frequent of it when it is more than the limit. The same samples give the same vocabulary.</summary>
    public static Vocabulary Of(SampleSet samples, ReadOnlySpan<int> chosen, int most)
    {
        var holding = new Dictionary<uint, int>();
        foreach (var sample in chosen)
            foreach (var hash in samples.Hashes(sample))
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(holding, hash, out _)++;

        var kept = holding.Count <= most
            ? holding.OrderBy(p => p.Key).ToArray()
            : holding.OrderByDescending(p => p.Value).ThenBy(p => p.Key).Take(most).ToArray();
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, kept.Length * 2));
        var (keys, columns, rarity) = (new uint[size], new int[size], new float[kept.Length]);
        for (var i = 0; i < kept.Length; i++)
        {
            var slot = (int)(kept[i].Key & (uint)(size - 1));
            while (columns[slot] != 0) slot = (slot + 1) & (size - 1);
            (keys[slot], columns[slot]) = (kept[i].Key, i + 1);
            rarity[i] = Rare(chosen.Length, kept[i].Value);
        }

        return new(keys, columns, rarity, Rare(chosen.Length, 0));
    }

    /// <summary>The column of a part; -1 when no example holds it.</summary>
    public int Find(uint hash)
    {
        var mask = _keys.Length - 1;
        for (var slot = (int)(hash & (uint)mask); ; slot = (slot + 1) & mask)
        {
            var column = _columns[slot];
            if (column == 0) return -1;
            if (_keys[slot] == hash) return column - 1;
        }
    }

    private static float Rare(int samples, int holding) => MathF.Log((1f + samples) / (1f + holding)) + 1f;
}

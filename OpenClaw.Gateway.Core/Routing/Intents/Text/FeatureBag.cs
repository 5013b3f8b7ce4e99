using System.Numerics;

namespace OpenClaw.Gateway.Core.Routing.Intents.Text;

/// <summary>
/// What a text is made of, each part as a number and how often it occurs: its words, its pairs of words, and the runs of three to five
/// characters inside its words. One bag is used again and again by its thread, so that reading a message allocates nothing.
/// </summary>
internal sealed class FeatureBag
{
    private const uint WordSeed = 0x9E3779B9, PairSeed = 0x85EBCA6B, RunSeed = 0xC2B2AE35;

    // The beginning of a message gives some 6,000 parts at most.
    private const int Slots = 16_384;

    [ThreadStatic] private static FeatureBag? _mine;

    private readonly int[] _slots = new int[Slots];
    private uint[] _hashes = new uint[1024];
    private byte[] _times = new byte[1024];
    private int[] _used = new int[1024];

    /// <summary>The bag of this thread; its content is gone at the next reading.</summary>
    public static FeatureBag Mine => _mine ??= new();

    /// <summary>Different parts.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<uint> Hashes => _hashes.AsSpan(0, Count);

    public ReadOnlySpan<byte> Times => _times.AsSpan(0, Count);

    /// <summary>Reads the beginning of a text; false when there is no word in it.</summary>
    public bool Read(ReadOnlySpan<char> text)
    {
        Span<char> folded = stackalloc char[IntentText.Room];
        Clear();
        var length = IntentText.Fold(text, folded);
        Words(folded[..length]);
        return Count > 0;
    }

    private void Words(ReadOnlySpan<char> folded)
    {
        uint before = 0;
        for (var from = 0; from + 1 < folded.Length;)
        {
            var letters = folded[(from + 1)..].IndexOf(' ');
            var word = folded.Slice(from, letters + 2); // with a space on either side: beginnings and ends differ from middles
            var hash = Hash(WordSeed, word[1..^1]);
            Add(hash);
            if (before != 0) Add(Mix(PairSeed ^ (before * 31) ^ BitOperations.RotateLeft(hash, 7)));
            Runs(word);
            before = hash;
            from += letters + 1;
        }
    }

    private void Runs(ReadOnlySpan<char> word)
    {
        for (var i = 0; i + 3 <= word.Length; i++)
        {
            var hash = Step(Step(Step(RunSeed, word[i]), word[i + 1]), word[i + 2]);
            Add(Mix(hash));
            for (var end = i + 3; end < Math.Min(word.Length, i + 5); end++)
            {
                hash = Step(hash, word[end]);
                Add(Mix(hash));
            }
        }
    }

    private void Clear()
    {
        for (var i = 0; i < Count; i++) _slots[_used[i]] = 0;
        Count = 0;
    }

    private void Add(uint hash)
    {
        var slot = (int)(hash & (Slots - 1));
        while (_slots[slot] is var at and not 0)
        {
            if (_hashes[at - 1] == hash)
            {
                if (_times[at - 1] < byte.MaxValue) _times[at - 1]++;
                return;
            }

            slot = (slot + 1) & (Slots - 1);
        }

        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, Count * 2);
            Array.Resize(ref _times, Count * 2);
            Array.Resize(ref _used, Count * 2);
        }

        (_hashes[Count], _times[Count], _used[Count]) = (hash, 1, slot);
        _slots[slot] = ++Count;
    }

    private static uint Hash(uint seed, ReadOnlySpan<char> text)
    {
        foreach (var c in text) seed = Step(seed, c);
        return Mix(seed);
    }

    private static uint Step(uint hash, char c) => (hash ^ c) * 0x01000193;

    private static uint Mix(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x7FEB352D;
        hash ^= hash >> 15;
        hash *= 0x846CA68B;
        return hash ^ (hash >> 16);
    }
}

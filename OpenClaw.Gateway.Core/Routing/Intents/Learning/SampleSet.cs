using OpenClaw.Gateway.Core.Routing.Intents.Text;

namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>Example sentences, taken apart once; training and each fold of a cross-validation use the same parts.</summary>
internal sealed class SampleSet
{
    private readonly uint[][] _hashes;
    private readonly byte[][] _times;

    /// <param name="texts">The sentences.</param>
    /// <param name="intents">The number of each one's intent.</param>
    /// <param name="count">Number of intents.</param>
    /// <param name="cancellation">Stops it.</param>
    public SampleSet(IReadOnlyList<string> texts, int[] intents, int count, CancellationToken cancellation = default)
    {
        (Intents, IntentCount) = (intents, count);
        (_hashes, _times) = (new uint[texts.Count][], new byte[texts.Count][]);
        var bag = FeatureBag.Mine;
        for (var i = 0; i < texts.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            bag.Read(texts[i]);
            _hashes[i] = bag.Hashes.ToArray();
            _times[i] = bag.Times.ToArray();
        }
    }

    public int Count => _hashes.Length;

    public int IntentCount { get; }

    public int[] Intents { get; }

    public ReadOnlySpan<uint> Hashes(int sample) => _hashes[sample];

    public ReadOnlySpan<byte> Times(int sample) => _times[sample];
}

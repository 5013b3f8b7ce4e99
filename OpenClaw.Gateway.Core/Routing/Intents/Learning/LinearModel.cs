using System.Numerics;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>A weight for each part and intent. A text's evidence for an intent is the sum of the weights of its parts.</summary>
internal sealed class LinearModel(Vocabulary vocabulary, float[] weights, float[] bias, int stride)
{
    private static readonly float[] Dampened = [.. Enumerable.Range(0, 256).Select(n => n == 0 ? 0 : 1 + MathF.Log(n))];

    public int IntentCount => bias.Length;

    /// <summary>Floats that <see cref="Weigh"/> needs: the number of intents, rounded up to what the processor adds at once.</summary>
    public int Stride => stride;

    public static int StrideOf(int intents) => (intents + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>The second occurrence of a part says less than the first.</summary>
    public static float Dampen(int times) => Dampened[Math.Min(times, Dampened.Length - 1)];

    /// <summary>
    /// Writes the intents' evidence into a span of <see cref="Stride"/> places, and returns which part of the text the examples know (0 to 1).
    /// What they do not know makes the text longer too: a text that is mostly strange has little evidence for anything.
    /// </summary>
    public float Weigh(ReadOnlySpan<uint> hashes, ReadOnlySpan<byte> times, Span<float> evidence)
    {
        float known = 0, strange = 0;
        evidence.Clear();
        var sums = MemoryMarshal.Cast<float, Vector<float>>(evidence);
        for (var i = 0; i < hashes.Length; i++)
        {
            var count = Dampen(times[i]);
            var column = vocabulary.Find(hashes[i]);
            if (column < 0)
            {
                strange += count * vocabulary.Unknown * count * vocabulary.Unknown;
                continue;
            }

            var value = count * vocabulary.Rarity[column];
            known += value * value;
            var row = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(column * stride, stride));
            for (var k = 0; k < sums.Length; k++) sums[k] += row[k] * value;
        }

        if (known == 0) return 0;
        var scale = 1 / MathF.Sqrt(known + strange);
        for (var k = 0; k < bias.Length; k++) evidence[k] = (evidence[k] * scale) + bias[k];
        return known / (known + strange);
    }
}

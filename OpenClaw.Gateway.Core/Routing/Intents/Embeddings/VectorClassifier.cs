using System.Numerics;
using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Routing.Intents.Learning;

namespace OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

/// <summary>
/// Compares a text's vector with those of the examples: half of an intent's evidence is how near its middle is, half how near its
/// nearest example. The temperature comes from the examples themselves, each judged as if it was not there.
/// </summary>
internal sealed class VectorClassifier
{
    private const int MostJudged = 500;
    private readonly float[][] _vectors;
    private readonly int[] _intents;
    private readonly float[][] _sums;
    private readonly float _temperature;

    public VectorClassifier(IReadOnlyList<string> names, float[][] vectors, int[] intents)
    {
        (Names, _vectors, _intents) = (names, vectors, intents);
        _sums = [.. names.Select(_ => new float[vectors[0].Length])];
        for (var i = 0; i < vectors.Length; i++) Add(_sums[intents[i]], vectors[i], 1);
        var step = Math.Max(1, vectors.Length / MostJudged);
        var judged = Enumerable.Range(0, vectors.Length).Where(i => i % step == 0).Select(i => new Judged(i, Weigh(vectors[i], i), intents[i])).ToList();
        _temperature = names.Count == 1 ? 1 : Probabilities.Temperature(judged, least: 0.01f);
        SuggestedThreshold = names.Count == 1 ? 0.5 : Probabilities.Threshold(judged, _temperature, names.Count);
    }

    public IReadOnlyList<string> Names { get; }

    public double SuggestedThreshold { get; }

    public int Dimensions => _vectors[0].Length;

    /// <summary>Each intent's score, and the place of the best.</summary>
    public (float[] Scores, int Best) Score(float[] vector)
    {
        var evidence = Weigh(vector, -1);
        if (evidence.Length == 1) evidence[0] = Math.Max(0, evidence[0]);
        else Probabilities.Of(evidence, _temperature);
        return (evidence, Probabilities.Highest(evidence));
    }

    private float[] Weigh(float[] vector, int without)
    {
        var nearest = new float[Names.Count];
        Array.Fill(nearest, -1);
        for (var i = 0; i < _vectors.Length; i++)
            if (i != without) nearest[_intents[i]] = Math.Max(nearest[_intents[i]], Dot(vector, _vectors[i]));
        for (var k = 0; k < nearest.Length; k++) nearest[k] = (nearest[k] + Middle(vector, k, without)) / 2;
        return nearest;
    }

    private float Middle(float[] vector, int intent, int without)
    {
        var sum = _sums[intent];
        if (without >= 0 && _intents[without] == intent)
        {
            sum = (float[])sum.Clone();
            Add(sum, _vectors[without], -1);
        }

        var length = MathF.Sqrt(Dot(sum, sum));
        return length < 1e-6f ? -1 : Dot(vector, sum) / length;
    }

    private static void Add(float[] sum, float[] vector, float sign)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += sign * vector[i];
    }

    private static float Dot(float[] left, float[] right)
    {
        var (a, b) = (MemoryMarshal.Cast<float, Vector<float>>(left.AsSpan()).Length, 0f);
        for (var i = 0; i < a; i++) b += Vector.Dot(new Vector<float>(left, i * Vector<float>.Count), new Vector<float>(right, i * Vector<float>.Count));
        for (var i = a * Vector<float>.Count; i < left.Length; i++) b += left[i] * right[i];
        return b;
    }
}

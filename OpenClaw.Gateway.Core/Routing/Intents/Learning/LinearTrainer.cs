using System.Numerics;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>
/// Multinomial logistic regression by stochastic gradient descent: the rows in a shuffled but always the same order, the step
/// shrinking, the weights kept small (the decay is one factor for all, applied at the end). The same samples give the same model.
/// </summary>
internal sealed class LinearTrainer
{
    /// <summary>Weights of a model at most (16 MB): with many intents the rarer parts are left out.</summary>
    public const int MostWeights = 4_000_000;

    private const int MostRounds = 25, FewestRounds = 5, Visits = 40_000;
    private const float FirstStep = 4, Decay = 2e-4f, BiasPace = 0.1f, SmallestScale = 1e-6f;

    private readonly SampleRows _rows;
    private readonly Vocabulary _vocabulary;
    private readonly int _intents, _stride;
    private readonly float[] _weights, _bias, _miss;
    private float _scale = 1;
    private int _visits;

    private LinearTrainer(SampleSet samples, ReadOnlySpan<int> chosen)
    {
        (_intents, _stride) = (samples.IntentCount, LinearModel.StrideOf(samples.IntentCount));
        _vocabulary = Vocabulary.Of(samples, chosen, MostWeights / _stride);
        _rows = new(samples, chosen, _vocabulary);
        (_weights, _bias, _miss) = (new float[_vocabulary.Count * _stride], new float[_intents], new float[_stride]);
    }

    /// <summary>Learns from the chosen samples.</summary>
    public static LinearModel Train(SampleSet samples, ReadOnlySpan<int> chosen, CancellationToken cancellation = default)
    {
        var trainer = new LinearTrainer(samples, chosen);
        trainer.Learn(cancellation);
        return new(trainer._vocabulary, trainer._weights, trainer._bias, trainer._stride);
    }

    private void Learn(CancellationToken cancellation)
    {
        var order = Enumerable.Range(0, _rows.Count).ToArray();
        var chance = 0x2545F4914F6CDD1DUL;
        var rounds = Math.Clamp(Visits / Math.Max(1, order.Length), FewestRounds, MostRounds);
        for (var round = 0; round < rounds; round++)
        {
            Shuffle(order, ref chance);
            foreach (var row in order)
            {
                if ((_visits & 0xFF) == 0) cancellation.ThrowIfCancellationRequested();
                Visit(row);
                if (_scale < SmallestScale) Apply();
            }
        }

        Apply();
    }

    private void Visit(int sample)
    {
        var step = FirstStep / (1 + (FirstStep * Decay * _visits++));
        var columns = _rows.Columns(sample);
        var values = _rows.Values(sample);
        Predict(columns, values);
        _miss[_rows.Intent(sample)] -= 1;
        for (var k = 0; k < _bias.Length; k++) _bias[k] -= step * BiasPace * _miss[k];

        _scale *= 1 - (step * Decay);
        var pace = -step / _scale;
        var miss = MemoryMarshal.Cast<float, Vector<float>>(_miss.AsSpan());
        for (var i = 0; i < columns.Length; i++)
        {
            var row = Weights(columns[i]);
            for (var k = 0; k < miss.Length; k++) row[k] += miss[k] * (values[i] * pace);
        }
    }

    /// <summary>Writes what the model thinks now of a row; the places behind the last intent stay zero.</summary>
    private void Predict(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        Array.Clear(_miss);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(_miss.AsSpan());
        for (var i = 0; i < columns.Length; i++)
        {
            var row = Weights(columns[i]);
            for (var k = 0; k < sums.Length; k++) sums[k] += row[k] * values[i];
        }

        var evidence = _miss.AsSpan(0, _intents);
        for (var k = 0; k < evidence.Length; k++) evidence[k] = (evidence[k] * _scale) + _bias[k];
        Probabilities.Of(evidence, 1);
    }

    private Span<Vector<float>> Weights(int column) => MemoryMarshal.Cast<float, Vector<float>>(_weights.AsSpan(column * _stride, _stride));

    private void Apply()
    {
        for (var i = 0; i < _weights.Length; i++) _weights[i] *= _scale;
        _scale = 1;
    }

    private static void Shuffle(int[] order, ref ulong chance)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            var j = (int)(chance % (uint)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}

namespace OpenClaw.Gateway.Core.Routing.Intents.Learning;

/// <summary>The samples that a model learns from as rows of columns and values, each row of length one.</summary>
internal sealed class SampleRows
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;
    private readonly int[] _intents;

    public SampleRows(SampleSet samples, ReadOnlySpan<int> chosen, Vocabulary vocabulary)
    {
        var parts = 0;
        foreach (var sample in chosen) parts += samples.Hashes(sample).Length;
        (_starts, _intents) = (new int[chosen.Length + 1], new int[chosen.Length]);
        (_columns, _values) = (new int[parts], new float[parts]);
        for (var row = 0; row < chosen.Length; row++)
        {
            _intents[row] = samples.Intents[chosen[row]];
            _starts[row + 1] = Fill(_starts[row], samples.Hashes(chosen[row]), samples.Times(chosen[row]), vocabulary);
        }
    }

    public int Count => _intents.Length;

    public int Intent(int row) => _intents[row];

    public ReadOnlySpan<int> Columns(int row) => _columns.AsSpan(_starts[row].._starts[row + 1]);

    public ReadOnlySpan<float> Values(int row) => _values.AsSpan(_starts[row].._starts[row + 1]);

    private int Fill(int at, ReadOnlySpan<uint> hashes, ReadOnlySpan<byte> times, Vocabulary vocabulary)
    {
        var from = at;
        float length = 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            var column = vocabulary.Find(hashes[i]);
            if (column < 0) continue; // too many parts for the model's size
            var value = LinearModel.Dampen(times[i]) * vocabulary.Rarity[column];
            length += value * value;
            (_columns[at], _values[at++]) = (column, value);
        }

        if (length == 0) return at;
        var scale = 1 / MathF.Sqrt(length);
        for (var i = from; i < at; i++) _values[i] *= scale;
        return at;
    }
}

using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

/// <summary>The vectors of one tenant's examples, in memory: after a change only what is new is asked for. Another server or model begins anew.</summary>
internal sealed class ExampleVectors(EmbeddingsClient client) : IDisposable
{
    /// <summary>Examples of an intent, and of all, that are compared with.</summary>
    public const int MostPerIntent = 100, Most = 4_000;

    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<string, float[]> _known = new(StringComparer.Ordinal);
    private (string Url, string Model) _of;

    /// <summary>Asks for what is not known yet and sets the classifier up. Throws <see cref="EmbeddingsFailedException"/>.</summary>
    public async Task<VectorClassifier> LoadAsync(IntentSetModel set, EmbeddingsModel server, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_of != (server.BaseUrl, server.Model)) (_of, _known) = ((server.BaseUrl, server.Model), new(StringComparer.Ordinal));
            var chosen = set.Intents.Select(i => (i.Name, Texts: i.Examples.Where(e => !string.IsNullOrWhiteSpace(e)).Distinct(StringComparer.Ordinal).Take(MostPerIntent).ToList())).Where(i => i.Texts.Count > 0).ToList();
            var texts = chosen.SelectMany((c, k) => c.Texts.Select(text => (Text: text, Intent: k))).Take(Most).ToList();
            if (texts.Count == 0) throw new EmbeddingsFailedException("There are no examples to compare with.");
            await FetchAsync(server, [.. texts.Select(t => t.Text).Where(t => !_known.ContainsKey(t)).Distinct(StringComparer.Ordinal)], cancellationToken);
            _known = texts.Select(t => t.Text).Distinct(StringComparer.Ordinal).ToDictionary(t => t, t => _known[t], StringComparer.Ordinal);
            if (_known.Values.Select(v => v.Length).Distinct().Count() > 1)
            {
                _known = new(StringComparer.Ordinal);
                throw new EmbeddingsFailedException("Its embeddings changed their length.");
            }

            return new([.. chosen.Select(c => c.Name)], [.. texts.Select(t => _known[t.Text])], [.. texts.Select(t => t.Intent)]);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task FetchAsync(EmbeddingsModel server, List<string> texts, CancellationToken cancellationToken)
    {
        foreach (var batch in texts.Chunk(EmbeddingsClient.Batch))
        {
            var vectors = await client.EmbedAsync(server, batch, cancellationToken);
            for (var i = 0; i < batch.Length; i++) _known[batch[i]] = vectors[i];
        }
    }
}

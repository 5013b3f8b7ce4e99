using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

/// <summary>Asks an OpenAI-compatible server: <c>POST {baseUrl}/embeddings</c>, under the guard of outgoing calls.</summary>
internal sealed class EmbeddingsClient(OutgoingHttp http)
{
    /// <summary>Texts of one request.</summary>
    public const int Batch = 64;

    private const int MostBytes = 32 * 1024 * 1024, MostDimensions = 8_192;

    /// <summary>A vector of length one for each text, in order. Throws <see cref="EmbeddingsFailedException"/>.</summary>
    public async Task<float[][]> EmbedAsync(EmbeddingsModel server, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.BaseUrl.TrimEnd('/')}/embeddings");
            if (server.Key is { Length: > 0 } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Content = JsonContent.Create(new { model = server.Model, input = texts, encoding_format = "float" });
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new EmbeddingsFailedException($"It answered with status {(int)response.StatusCode}.");
            if (response.Content.Headers.ContentLength > MostBytes) throw new EmbeddingsFailedException("Its answer is larger than 32 MB.");
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using var limited = new BoundedStream(body, MostBytes);
            using var json = await JsonDocument.ParseAsync(limited, default, cancellationToken);
            return Vectors(json.RootElement, texts.Count);
        }
        catch (JsonException fault)
        {
            throw new EmbeddingsFailedException("Its answer is no JSON as it should be.", fault);
        }
        catch (UriFormatException fault)
        {
            throw new EmbeddingsFailedException("Its address cannot be used.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new EmbeddingsFailedException(DestinationForbiddenException.In(fault) is { } forbidden ? forbidden.Message : "It cannot be reached.", fault);
        }
    }

    private static float[][] Vectors(JsonElement answer, int count)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != count)
            throw new EmbeddingsFailedException("Its answer does not have one embedding for each text.");
        var vectors = new float[count][];
        var place = 0;
        foreach (var item in data.EnumerateArray())
        {
            var index = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("index", out var given) && given.TryGetInt32(out var number) ? number : place;
            if (index < 0 || index >= count || vectors[index] is not null) throw new EmbeddingsFailedException("Its answer numbers the embeddings wrongly.");
            vectors[index] = Vector(item);
            place++;
        }

        if (Array.Exists(vectors, v => v.Length != vectors[0].Length)) throw new EmbeddingsFailedException("Its embeddings are not all of one length.");
        return vectors;
    }

    private static float[] Vector(JsonElement item)
    {
        if (!item.TryGetProperty("embedding", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostDimensions)
            throw new EmbeddingsFailedException($"Its answer has no embedding of 1 to {MostDimensions} numbers.");
        var vector = new float[list.GetArrayLength()];
        var (i, length) = (0, 0d);
        foreach (var number in list.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetSingle(out var value) || !float.IsFinite(value)) throw new EmbeddingsFailedException("Its embedding holds something that is no number.");
            (vector[i++], length) = (value, length + ((double)value * value));
        }

        if (length == 0) return vector;
        var scale = (float)(1 / Math.Sqrt(length));
        for (i = 0; i < vector.Length; i++) vector[i] *= scale;
        return vector;
    }

    /// <summary>Fails instead of reading without end.</summary>
    private sealed class BoundedStream(Stream inner, long most) : Stream
    {
        private long _left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read) => (_left -= read) < 0 ? throw new EmbeddingsFailedException("Its answer is too large.") : read;
    }
}

using System.Buffers;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// Reads the body of a 200: chunks as server-sent events, or one whole answer from servers that do not stream. Bounded in lines and in all, and it trusts what is
/// in the body more than what its type claims.
/// </summary>
internal static class AnswerStream
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>Bytes of a stream: a chunk of some hundred bytes carries a token of some.</summary>
    private const int MostStreamBytes = 64 * 1024 * 1024;

    /// <summary>After the model's last word, for the tokens to be told.</summary>
    private static readonly TimeSpan Afterword = TimeSpan.FromSeconds(5);

    public static async ValueTask<ModelTurn> ReadAsync(PipelineResponse response, CompletionReader reader, AnswerTimer timer)
    {
        if (response.Headers.TryGetValue("Content-Encoding", out var encoding) && !string.IsNullOrEmpty(encoding) && !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase))
            throw AnswerException.Bad($"HTTP 200, but the body is encoded as {Excerpt.Short(encoding)}, which was not asked for.");
        var body = response.ContentStream ?? Stream.Null;
        timer.Progress();
        var chunk = new byte[ChunkBytes];
        var read = await body.ReadAsync(chunk, timer.Token).ConfigureAwait(false);
        var start = chunk.AsSpan(0, read).TrimStart(" \t\r\n\uFEFF"u8);
        response.Headers.TryGetValue("Content-Type", out var type);
        if (type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) != true && (start.IsEmpty || start[0] is not ((byte)'d' or (byte)':' or (byte)'e' or (byte)'i')))
            return await ReadWholeAsync(body, chunk.AsMemory(0, read), type, reader, timer).ConfigureAwait(false);
        return await ReadEventsAsync(body, chunk, read, reader, timer).ConfigureAwait(false);
    }

    private static async ValueTask<ModelTurn> ReadWholeAsync(Stream body, ReadOnlyMemory<byte> start, string? type, CompletionReader reader, AnswerTimer timer)
    {
        var json = new ArrayBufferWriter<byte>(ChunkBytes);
        json.Write(start.Span);
        while (await body.ReadAsync(json.GetMemory(ChunkBytes), timer.Token).ConfigureAwait(false) is var read and > 0)
        {
            json.Advance(read);
            if (json.WrittenCount > AnswerLimits.Bytes) throw ModelTurn.TooLarge();
        }

        try
        {
            reader.Take(json.WrittenMemory);
            var turn = reader.Complete();
            return turn.HasChoice ? turn : throw new JsonException("it has no choices");
        }
        catch (JsonException e)
        {
            throw AnswerException.Bad($"HTTP 200, but what came ({(string.IsNullOrEmpty(type) ? "no content type" : Excerpt.Short(type))}) is no answer of the Chat Completions API: {e.Message} See the setting baseUrl: it usually ends with /v1.\n{Excerpt.Of(json.WrittenSpan)}".TrimEnd());
        }
    }

    /// <summary>Chunks go on as they arrive. A chunk is progress; a part of one is not, nor is a comment: it shows that the server runs, not that the model speaks.</summary>
    private static async ValueTask<ModelTurn> ReadEventsAsync(Stream body, byte[] chunk, int read, CompletionReader reader, AnswerTimer timer)
    {
        var parser = new SseParser(AnswerLimits.LineBytes);
        var total = 0;
        try
        {
            while (read > 0)
            {
                total += read;
                if (total > MostStreamBytes) throw AnswerException.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The server's answer is larger than {MostStreamBytes / 1024 / 1024} MB."));
                if (TakeEvents(chunk.AsSpan(0, read), parser, reader, timer)) return Ended(reader);
                read = await body.ReadAsync(chunk, timer.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (reader.Turn.FinishReason is not null && (e is IOException or HttpRequestException || (e is OperationCanceledException && timer.Expired)))
        {
            return reader.Complete(); // the model had finished: only the farewell was lost
        }

        if (reader.Turn.FinishReason is not null) return reader.Complete();
        throw new AnswerException(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "The server's answer broke off before the model had finished.");
    }

    /// <summary>The server says that this was all. An answer may be empty, but it is one of the model's choices.</summary>
    private static ModelTurn Ended(CompletionReader reader)
    {
        var turn = reader.Complete();
        return turn.HasChoice ? turn : throw AnswerException.Bad("HTTP 200, but the stream ended ([DONE]) without an answer of the Chat Completions API: none of its chunks had choices.");
    }

    private static bool TakeEvents(ReadOnlySpan<byte> bytes, SseParser parser, CompletionReader reader, AnswerTimer timer)
    {
        while (parser.TryRead(ref bytes, out var sse))
        {
            var data = sse.IsComment ? default : sse.Data.Span.Trim(" \t"u8);
            if (data.IsEmpty) continue;
            if (data.SequenceEqual("[DONE]"u8)) return true;
            var hadFinished = reader.Turn.FinishReason is not null;
            Take(sse, reader);
            if (reader.Turn.FinishReason is null) timer.Progress();
            else if (!hadFinished) timer.Allow(Afterword);
        }

        return false;
    }

    private static void Take(SseEvent sse, CompletionReader reader)
    {
        try
        {
            reader.Take(sse.Data);
        }
        catch (JsonException) when (sse.Name == "error")
        {
            throw new ServerErrorException(new(0, Excerpt.Of(sse.Data.Span), null));
        }
        catch (JsonException e)
        {
            // half of a chunk: the server has broken off within it, and may do better next time
            throw new AnswerException(FailureKind.Transient, DeadLetterCauses.AgentBadAnswer, $"A chunk of the server's answer is not JSON: {e.Message}\n{Excerpt.Of(sse.Data.Span)}");
        }
    }
}

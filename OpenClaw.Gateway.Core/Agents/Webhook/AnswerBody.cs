using System.Buffers;
using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.Webhook;

/// <summary>Reads the body of a 200: one JSON object, or server-sent events. Never more than <see cref="AnswerLimits.Bytes"/>.</summary>
internal static class AnswerBody
{
    private const int ChunkBytes = 16 * 1024;

    public static async ValueTask<AgentAnswer> ReadAsync(HttpResponseMessage response, IAnswerSink sink, AnswerTimer timer)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var encoding = string.Join(", ", response.Content.Headers.ContentEncoding.Where(e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase)));
        var body = await response.Content.ReadAsStreamAsync(timer.Token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            if (encoding.Length > 0) throw await NotAnAnswerAsync(body, $"the body is encoded as {Excerpt.Short(encoding)}, which was not asked for", timer).ConfigureAwait(false);
            if ("text/event-stream".Equals(type, StringComparison.OrdinalIgnoreCase)) return await ReadEventsAsync(body, sink, timer).ConfigureAwait(false);
            if (!"application/json".Equals(type, StringComparison.OrdinalIgnoreCase))
                throw await NotAnAnswerAsync(body, $"the content type is {(type is null ? "missing" : Excerpt.Short(type))}; an answer is application/json or text/event-stream", timer).ConfigureAwait(false);
            if (response.Content.Headers.ContentLength > AnswerLimits.Bytes) throw TooLarge();
            return await ReadJsonAsync(body, timer).ConfigureAwait(false);
        }
    }

    private static async ValueTask<AgentAnswer> ReadJsonAsync(Stream body, AnswerTimer timer)
    {
        var json = new ArrayBufferWriter<byte>(ChunkBytes);
        while (await body.ReadAsync(json.GetMemory(ChunkBytes), timer.Token).ConfigureAwait(false) is var read and > 0)
        {
            json.Advance(read);
            if (json.WrittenCount > AnswerLimits.Bytes) throw TooLarge();
        }

        try
        {
            return AnswerReader.Answer(json.WrittenMemory);
        }
        catch (AnswerException e)
        {
            throw WithBody(e, json.WrittenSpan);
        }
    }

    /// <summary>Events go on as they arrive. An event or a comment is progress; a part of one is not.</summary>
    private static async ValueTask<AgentAnswer> ReadEventsAsync(Stream body, IAnswerSink sink, AnswerTimer timer)
    {
        var parser = new SseParser(AnswerLimits.LineBytes);
        var assembler = new AnswerAssembler(sink);
        var chunk = new byte[ChunkBytes];
        var total = 0;
        timer.Progress();
        while (await body.ReadAsync(chunk, timer.Token).ConfigureAwait(false) is var read and > 0)
        {
            total += read;
            if (total > AnswerLimits.Bytes) throw TooLarge();
            if (TakeEvents(chunk.AsSpan(0, read), parser, assembler, timer)) return assembler.Answer!;
        }

        throw new AnswerException(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "The agent's event stream ended without the event 'done'.");
    }

    private static bool TakeEvents(ReadOnlySpan<byte> bytes, SseParser parser, AnswerAssembler assembler, AnswerTimer timer)
    {
        while (parser.TryRead(ref bytes, out var sse))
        {
            timer.Progress();
            if (!sse.IsComment && TakeEvent(sse, assembler)) return true;
        }

        return false;
    }

    private static bool TakeEvent(SseEvent sse, AnswerAssembler assembler)
    {
        try
        {
            return assembler.Take(sse.Name, sse.Data);
        }
        catch (AnswerException e) when (e.Failure != DeadLetterCauses.AgentError)
        {
            throw WithBody(new(e.Kind, e.Failure, $"event '{Excerpt.Short(sse.Name)}': {e.Message}"), sse.Data.Span);
        }
    }

    private static async ValueTask<AnswerException> NotAnAnswerAsync(Stream body, string why, AnswerTimer timer) =>
        WithBody(AnswerException.Bad(why), (await BodyStart.ReadAsync(body, timer.Token).ConfigureAwait(false)).Span);

    private static AnswerException WithBody(AnswerException e, ReadOnlySpan<byte> body) =>
        new(e.Kind, e.Failure, $"HTTP 200, but {e.Message}\n{Excerpt.Of(body)}");

    private static AnswerException TooLarge() =>
        AnswerException.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The agent's answer is larger than {AnswerLimits.Bytes / 1024 / 1024} MB."));
}

using System.Text.Json;
using System.Text.Unicode;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Protocol;

/// <summary>JSON of strangers: bounded, checked, and every fault told as one.</summary>
internal static class A2aJson
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The whole body, at most that many bytes.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > most) throw TooLarge(most);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            var chunk = new byte[ChunkBytes];
            while (await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                if (bytes.Length + read > most) throw TooLarge(most);
                bytes.Write(chunk, 0, read);
            }

            return bytes.ToArray();
        }
    }

    /// <summary>An object, with what it is for the words of a fault.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, string what)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json.Span)) throw A2aException.Bad($"{what} is not UTF-8.\n{Excerpt.Of(json.Span)}");
        try
        {
            var parsed = JsonElement.Parse(json.Span);
            return parsed.ValueKind == JsonValueKind.Object ? parsed : throw A2aException.Bad($"{what} is no JSON object.\n{Excerpt.Of(json.Span)}");
        }
        catch (JsonException e)
        {
            throw A2aException.Bad($"{what} is not JSON: {e.Message}\n{Excerpt.Of(json.Span)}");
        }
    }

    /// <summary>Reads from an object; whatever is wrong with it is a fault that names the field.</summary>
    public static T Read<T>(JsonElement json, string what, Func<AnswerNode, T> read)
    {
        try
        {
            return read(AnswerNode.Root(json));
        }
        catch (AnswerException e)
        {
            throw new A2aException(Abstractions.AgentOutcome.Failed(e.Kind, e.Failure, $"{what} is not what the protocol describes: {e.Message}"));
        }
        catch (InvalidOperationException)
        {
            // the reader's way to say that an escape names half of a surrogate pair
            throw A2aException.Bad($"{what} has a string that is not well-formed Unicode.");
        }
    }

    private static A2aException TooLarge(int most) => A2aException.TooLarge($"The agent's answer is larger than {most / 1024} KB.");
}

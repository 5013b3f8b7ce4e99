using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>What an OpenAI-compatible server says about a failure, however it words and nests it.</summary>
/// <param name="Status">The HTTP status; 0 = it came within an answer that had begun.</param>
/// <param name="Message">Its words; empty = none.</param>
/// <param name="Code">Its name for the failure; null = none.</param>
internal sealed record ServerError(int Status, string Message, string? Code)
{
    /// <summary>The beginning of a body that was not understood.</summary>
    public string Body { get; init; } = "";

    /// <summary>True when the body was JSON that names an error.</summary>
    public bool IsUnderstood => Message.Length > 0 || Code is not null;

    /// <summary>All that it says, for looking into.</summary>
    public string Words => $"{Code} {Message} {Body}";

    public bool Says(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Words.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>From the beginning of a body.</summary>
    public static ServerError Of(int status, ReadOnlySpan<byte> body)
    {
        var text = Excerpt.Of(body);
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            if (Of(document.RootElement, status) is { } error) return error with { Body = error.IsUnderstood ? "" : text };
        }
        catch (JsonException)
        {
            // an HTML page, or text, or cut off: it is shown as it is
        }

        return new(status, "", null) { Body = text };
    }

    /// <summary>
    /// From an answer: <c>{"error":{…}}</c> (OpenAI), the same in a list (Google), <c>{"error":"…"}</c> (Ollama), <c>{"object":"error","message":…}</c> (vLLM),
    /// <c>{"detail":…}</c> (FastAPI). Null when it is none of them.
    /// </summary>
    public static ServerError? Of(JsonElement answer, int status)
    {
        if (answer.ValueKind == JsonValueKind.Array && answer.GetArrayLength() > 0) answer = answer[0];
        if (answer.ValueKind != JsonValueKind.Object) return null;
        if (answer.TryGetProperty("error", out var error))
        {
            if (error.ValueKind == JsonValueKind.String) return new(status, Text(error), Text(answer, "code"));
            if (error.ValueKind == JsonValueKind.Object) return OfObject(error, status);
        }

        if (answer.TryGetProperty("detail", out var detail) && !answer.TryGetProperty("choices", out _)) return new(status, detail.ValueKind == JsonValueKind.String ? Text(detail) : Excerpt.Short(detail.GetRawText()), null);
        return Text(answer, "object") == "error" || status >= 400 ? OfObject(answer, status) : null;
    }

    private static ServerError OfObject(JsonElement error, int status)
    {
        // within an answer that had begun the code may be the status that it would have had
        var number = error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var value) && value is >= 400 and < 600 ? value : status;
        var names = new[] { Text(error, "code"), Text(error, "type") }.Where(n => !string.IsNullOrEmpty(n)).Distinct();
        return new(status == 0 ? number : status, Text(error, "message") ?? "", string.Join(' ', names) is { Length: > 0 } known ? known : null);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.String => Text(value),
        JsonValueKind.Number => value.GetRawText().ToString(CultureInfo.InvariantCulture),
        _ => null,
    } : null;

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return ""; // not well-formed
        }
    }
}

/// <summary>The server says that it failed, after the answer had begun. Never leaves the kind.</summary>
internal sealed class ServerErrorException(ServerError error) : Exception(error.Message)
{
    public ServerError Error => error;
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// Puts an answer together from its chunks (<c>chat.completion.chunk</c>), or takes a whole one. Fields that it does not know, and those of other servers
/// (thoughts, log probabilities, filters), are let be; what has another type than expected counts as absent.
/// </summary>
internal sealed class CompletionReader(int reply, IAnswerSink sink, AgentRunLog log)
{
    private readonly PieceJoiner _text = new();
    private readonly PieceJoiner _arguments = new();
    private readonly VisibleText _visible = new();

    public ModelTurn Turn { get; } = new();

    /// <summary>Takes one chunk, or a whole answer. Throws <see cref="ServerErrorException"/> when it is an error, <see cref="JsonException"/> when it is no JSON.</summary>
    public void Take(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object");
        if (root.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String && ServerError.Of(root, 0) is { } said) throw new ServerErrorException(said);
        Turn.Model = Text(root, "model") ?? Turn.Model;
        TakeUsage(root);
        if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
        {
            if (ServerError.Of(root, 0) is { } other) throw new ServerErrorException(other);
            return;
        }

        foreach (var choice in choices.EnumerateArray()) TakeChoice(choice);
    }

    /// <summary>The answer has ended: what was held back goes out.</summary>
    public ModelTurn Complete()
    {
        Show(_visible.Take(_text.End()));
        Show(_visible.End());
        Turn.Complete();
        return Turn;
    }

    private void TakeChoice(JsonElement choice)
    {
        if (choice.ValueKind != JsonValueKind.Object || (Number(choice, "index") ?? 0) != 0) return;
        Turn.HasChoice = true;
        if (Object(choice, "delta") is { } delta) TakeMessage(delta);
        else if (Object(choice, "message") is { } message) TakeMessage(message);
        if (Text(choice, "finish_reason") is { Length: > 0 } reason) Turn.FinishReason = reason;
    }

    private void TakeMessage(JsonElement message)
    {
        TakeContent(message, "content");
        if (message.TryGetProperty("refusal", out var refusal) && refusal.ValueKind == JsonValueKind.String && TakeText(refusal)) Turn.IsRefusal = true;
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array) return;
        foreach (var call in calls.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object)) TakeCall(call);
    }

    /// <summary>A text, or a list of parts of which those with text count.</summary>
    private void TakeContent(JsonElement message, string name)
    {
        if (!message.TryGetProperty(name, out var content)) return;
        if (content.ValueKind == JsonValueKind.String) TakeText(content);
        if (content.ValueKind != JsonValueKind.Array) return;
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && Text(part, "type") is null or "text" && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String) TakeText(text);
        }
    }

    private bool TakeText(JsonElement text)
    {
        var piece = _text.Take(JsonMarshal.GetRawUtf8Value(text));
        Show(_visible.Take(piece));
        return piece.Length > 0;
    }

    private void Show(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        Turn.AddText(text);
        log.Begins();
        sink.Delta(reply, new(text.ToArray()));
    }

    private void TakeCall(JsonElement call)
    {
        var id = Text(call, "id");
        var wish = Turn.WishOf(Number(call, "index"), id);
        if (wish.Id.Length == 0 && id is not null) wish.Id = id;
        if (Object(call, "function") is not { } function) return;
        if (wish.Name.Length == 0) wish.Name = Text(function, "name") ?? "";
        if (!function.TryGetProperty("arguments", out var arguments)) return;
        if (arguments.ValueKind == JsonValueKind.String) ModelTurn.AddArguments(wish, _arguments.Take(JsonMarshal.GetRawUtf8Value(arguments)));
        else if (arguments.ValueKind == JsonValueKind.Object) ModelTurn.AddArguments(wish, Encoding.UTF8.GetBytes(arguments.GetRawText()));
    }

    private void TakeUsage(JsonElement root)
    {
        var usage = Object(root, "usage") ?? (Object(root, "x_groq") is { } groq ? Object(groq, "usage") : null);
        if (usage is not { } told) return;
        Turn.InputTokens = Count(told, "prompt_tokens") ?? Turn.InputTokens;
        Turn.OutputTokens = Count(told, "completion_tokens") ?? Turn.OutputTokens;
    }

    private static JsonElement? Object(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static long? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? count : null;

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // not well-formed
        }
    }
}

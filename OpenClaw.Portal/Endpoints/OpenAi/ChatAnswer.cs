using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>The forms of an answer: whole, or in chunks.</summary>
internal sealed class ChatAnswer(Guid message, string model, DateTimeOffset now)
{
    private readonly string _id = $"chatcmpl-{message:N}";
    private readonly long _created = now.ToUnixTimeSeconds();

    /// <summary><c>chat.completion</c>.</summary>
    public object Whole(string text, ProgramEnd end) => new Completion(
        _id, "chat.completion", _created, model, [new { index = 0, message = new { role = "assistant", content = text, refusal = (string?)null }, logprobs = (object?)null, finish_reason = FinishOf(end) }], UsageOf(end));

    /// <summary>The first chunk, which says who speaks.</summary>
    public object First() => Chunk(new { role = "assistant", content = "" }, null);

    /// <summary>A piece of the text.</summary>
    public object Piece(string text) => Chunk(new { content = text }, null);

    /// <summary>The chunk that ends the text.</summary>
    public object Last(ProgramEnd end) => Chunk(new { }, FinishOf(end));

    /// <summary>What was used, as a chunk of its own; null where no agent told.</summary>
    public object? Used(ProgramEnd end) => UsageOf(end) is { } usage ? new Completion(_id, "chat.completion.chunk", _created, model, [], usage) : null;

    private Completion Chunk(object delta, string? finish) => new(_id, "chat.completion.chunk", _created, model, [new { index = 0, delta, logprobs = (object?)null, finish_reason = finish }], null);

    /// <summary>A rule may say that nobody answers.</summary>
    private static string FinishOf(ProgramEnd end) => end.State == MessageState.Dropped ? "content_filter" : "stop";

    private static object? UsageOf(ProgramEnd end) => end.Usage is { } usage && (usage.InputTokens ?? usage.OutputTokens) is not null
        ? new { prompt_tokens = usage.InputTokens ?? 0, completion_tokens = usage.OutputTokens ?? 0, total_tokens = (usage.InputTokens ?? 0) + (usage.OutputTokens ?? 0) }
        : null;

    private sealed record Completion(string Id, string Object, long Created, string Model, IReadOnlyList<object> Choices, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Usage);
}

using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>When a channel stops answering what seems to be no person (contract: settings.loopGuard).</summary>
/// <param name="Enabled">False: nothing is looked at.</param>
/// <param name="RepliesPerMinute">Answers in one session, in the long run; 0 = no limit.</param>
/// <param name="Burst">So many more may come at once.</param>
/// <param name="IdenticalAnswers">The same answer again and again in one session, or the same text to and fro between channels; 0 = no limit.</param>
/// <param name="Hops">Gateways' answers that may have led to a message; 0 = no limit.</param>
/// <param name="Bots">Bots are answered.</param>
public sealed record LoopPolicy(bool Enabled, int RepliesPerMinute, int Burst, int IdenticalAnswers, int Hops, bool Bots)
{
    private const int UsualReplies = 30;
    private const int UsualIdentical = 5;
    private const int UsualHops = 5;

    /// <summary>Nothing is looked at.</summary>
    public static LoopPolicy None { get; } = new(false, 0, 0, 0, 0, true);

    /// <summary>Something about the session's answers is counted.</summary>
    public bool Counts => Enabled && (RepliesPerMinute > 0 || IdenticalAnswers > 0);

    /// <summary>
    /// The policy in a channel's saved settings. What is counted has no default on web chats, whose clients are a person's own, and where the limit
    /// per person is switched off, as programs talk there; elsewhere a person may use up that limit at once before the answers per minute bind.
    /// </summary>
    public static LoopPolicy Of(JsonElement settings, string kind, int perUser)
    {
        var saved = settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("loopGuard", out var guard) && guard.ValueKind == JsonValueKind.Object ? guard : default;
        var counts = perUser > 0 && kind != "websocket";
        var replies = Number("repliesPerMinute");
        return new(
            Flag("enabled", otherwise: true), replies ?? (counts ? UsualReplies : 0), replies is null && counts ? perUser : 0,
            Number("identicalAnswers") ?? (counts ? UsualIdentical : 0), Number("hops") ?? UsualHops, Flag("bots", otherwise: false));

        int? Number(string name) =>
            saved.ValueKind == JsonValueKind.Object && saved.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? Math.Max(0, number) : null;

        bool Flag(string name, bool otherwise) =>
            saved.ValueKind == JsonValueKind.Object && saved.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? value.ValueKind == JsonValueKind.True : otherwise;
    }
}

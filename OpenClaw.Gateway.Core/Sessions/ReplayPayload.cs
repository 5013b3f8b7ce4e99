using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What a dead letter's message says, or says in place of that: <c>{text,attachments,button}</c>.</summary>
internal sealed record ReplayPayload(string? Text, IReadOnlyList<AttachmentRef>? Attachments, string? Button)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>As it is saved.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what is saved.</summary>
    public static ReplayPayload Parse(string json) => JsonSerializer.Deserialize<ReplayPayload>(json, Json) ?? new(null, null, null);

    /// <summary>As the road takes it.</summary>
    public static (Utf8Text Text, MessageExtras? Extras) Read(string json)
    {
        var payload = Parse(json);
        var extras = payload.Attachments is { Count: > 0 } || payload.Button is not null ? new MessageExtras(payload.Attachments is { Count: > 0 } some ? some : null, Button: payload.Button) : null;
        return (Utf8Text.From(payload.Text ?? ""), extras);
    }
}

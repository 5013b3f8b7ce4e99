using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>Events that tell of nothing stored: the user types, or has read.</summary>
internal static class LiveHints
{
    public static bool IsHint(GatewayEvent happened) => Typing(happened) is not null || Find(happened, "read") is not null;

    /// <summary>Whether the user types now; null when the event does not tell.</summary>
    public static bool? Typing(GatewayEvent happened) => Find(happened, "typing") is { } typing ? typing.ValueKind == JsonValueKind.True : null;

    private static JsonElement? Find(GatewayEvent happened, string name) =>
        happened.Type == EventTypes.SessionUpdated && happened.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(name, out var value) ? value : null;
}

using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>Events that tell of nothing stored: the user types, or has read.</summary>
internal static class LiveHints
{
    public static bool IsHint(GatewayEvent happened) => IsTyping(happened) || Has(happened, "read");

    public static bool IsTyping(GatewayEvent happened) => Has(happened, "typing");

    private static bool Has(GatewayEvent happened, string name) =>
        happened.Type == EventTypes.SessionUpdated && happened.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(name, out _);
}

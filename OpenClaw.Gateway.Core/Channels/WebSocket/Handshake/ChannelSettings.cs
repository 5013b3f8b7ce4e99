using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>A channel's settings as this kind uses them. Wrong or absent values give the defaults: the API checked them when they were saved.</summary>
internal sealed record ChannelSettings(bool Anonymous, IReadOnlyList<string> AllowedOrigins, int HeartbeatSeconds, IReadOnlyList<string>? AllowedUsers, bool Pairing = false)
{
    private const int DefaultHeartbeat = 30;
    private const int LongestHeartbeat = 3_600;

    public static ChannelSettings Of(ChannelModel channel)
    {
        var settings = channel.Settings;
        if (settings.ValueKind != JsonValueKind.Object) return new(Anonymous: true, [], DefaultHeartbeat, AllowedUsers: null);
        var anonymous = !settings.TryGetProperty("anonymous", out var flag) || flag.ValueKind != JsonValueKind.False;
        var heartbeat = settings.TryGetProperty("heartbeatSeconds", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var seconds)
            ? Math.Clamp(seconds, 1, LongestHeartbeat)
            : DefaultHeartbeat;
        var access = settings.TryGetProperty("access", out var mode) && mode.ValueKind == JsonValueKind.String ? mode.GetString() : null;
        return new(anonymous, Texts(settings, "allowedOrigins"), heartbeat, access == "allow-list" ? Texts(settings, "allowed") : null, access == "pairing");
    }

    /// <summary>The secrets that may have signed a user's token: the present one, and while it still holds the one before.</summary>
    public static IEnumerable<string> SigningSecrets(ChannelModel channel)
    {
        if (channel.Secrets.TryGetValue(SecretNames.SigningSecret, out var secret)) yield return secret;
        if (channel.Secrets.TryGetValue(SecretNames.Previous(SecretNames.SigningSecret), out var previous)) yield return previous;
    }

    /// <summary>True for an enabled WebSocket channel of a tenant that is not suspended.</summary>
    public static bool IsOpen(ChannelModel? channel) =>
        channel is { Enabled: true, Tenant.Suspended: false } && string.Equals(channel.Kind, WebSocketKind.Name, StringComparison.Ordinal);

    private static List<string> Texts(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}

using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Endpoints;

namespace OpenClaw.Portal.Services;

/// <summary>The chat page of each enabled WebSocket channel, dressed as its settings say.</summary>
internal sealed class ChatPageSource(ICatalog catalog, GatewayOptions options) : IChatPageSource
{
    public ValueTask<ChatPage?> FindAsync(Guid channelId, CancellationToken cancellationToken) =>
        new(catalog.FindChannel(channelId) is { Kind: "websocket", Enabled: true, Tenant.Suspended: false } channel ? Page(channel) : null);

    private ChatPage Page(ChannelModel channel) => new(
        Text(channel.Settings, "title") is { Length: > 0 } title ? title : channel.Name,
        Text(channel.Settings, "theme") switch { "light" => ChatTheme.Light, "dark" => ChatTheme.Dark, _ => ChatTheme.Auto },
        channel.Tenant.Settings.AttachmentBytes(options.Limits));

    private static string? Text(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

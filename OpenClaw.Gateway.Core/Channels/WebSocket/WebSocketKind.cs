using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

namespace OpenClaw.Gateway.Core.Channels.WebSocket;

/// <summary>The channel kind <c>websocket</c> in configuration (contract: management-api.md).</summary>
internal sealed class WebSocketKind : IChannelKind
{
    public const string Name = "websocket";

    private const int MinSecretBytes = 32;

    public string Kind => Name;

    public string Title => "Web chat";

    public string Summary => "A chat window for your web site or app, or your own client by WebSocket. Nothing else is needed for it.";

    public SecretText? DescribeSecret(string name) => name == SecretNames.SigningSecret
        ? new("Signing secret", "Your server signs its users' tokens (JWT, HS256) with it, so that the gateway knows who they are. Anonymous visitors need none.")
        : null;

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("title", SettingType.Text) { Default = "null", MaxLength = 80, Label = "Title", Help = "What stands above the chat. Empty: the channel's name.", Example = "Ask us anything" },
        new("theme", SettingType.Choice) { Default = "\"auto\"", Choices = ["auto", "light", "dark"], Label = "Colours", Help = "Auto follows the visitor's system." },
        new("allowedOrigins", SettingType.TextList)
        {
            Default = "[]", MaxLength = 300, Label = "Allowed origins", Example = "https://shop.example.com",
            Help = "Web sites whose visitors may connect without a token, each as scheme, host and perhaps port. Empty: every web site. A change holds for new connections.",
        },
        new("anonymous", SettingType.Flag) { Default = "true", Label = "Let anonymous visitors in", Help = "Off: only users whose token your server has signed." },
        new("heartbeatSeconds", SettingType.WholeNumber)
        {
            Default = "30", Min = 5, Max = 300, Advanced = true, Label = "Heartbeat",
            Help = "Seconds between two pings. A client that is silent for two of them is dropped and comes back by itself. Below the idle time-out of every proxy on the way.",
        },
    ];

    public IReadOnlyList<string> Secrets { get; } = [SecretNames.SigningSecret];

    public IReadOnlyList<string> MadeSecrets { get; } = [SecretNames.SigningSecret];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        if (!settings.TryGetProperty("allowedOrigins", out var origins) || origins.ValueKind != JsonValueKind.Array) yield break;
        var index = 0;
        foreach (var origin in origins.EnumerateArray())
        {
            if (!IsOrigin(origin.GetString()))
                yield return ($"settings.allowedOrigins[{index}]", $"'{origin.GetString()}' is no origin. An origin is a scheme, a host and perhaps a port, as in https://shop.example.com or http://localhost:8080.");
            index++;
        }
    }

    /// <summary>URL-safe characters only: the key of the clients' JWT is the secret's UTF-8 bytes.</summary>
    public string MakeSecret(string name) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>RFC 7518, 3.2: a key of HS256 is no shorter than its hash.</summary>
    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return name != SecretNames.SigningSecret || Encoding.UTF8.GetByteCount(value) >= MinSecretBytes
            ? null
            : $"Must have at least {MinSecretBytes} bytes of UTF-8, as the key of HS256 (RFC 7518, 3.2), or be null for one that the gateway makes.";
    }

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var anonymous = !channel.Settings.TryGetProperty("anonymous", out var flag) || flag.ValueKind != JsonValueKind.False;
        List<PreflightCheck> checks =
        [
            new("enabled", channel.Enabled, channel.Enabled ? "The channel takes connections." : "The channel is switched off.", channel.Enabled ? null : "Set enabled to true."),
            anonymous && ChannelSettings.Of(channel).Pairing
                ? new("sign-in", false, "People are let in one by one (pairing), so only signed users can come in: an anonymous visitor is somebody else each time. But anonymous is on.", "Switch anonymous off and sign your users with signingSecret, or let everyone in.")
            : channel.Scope != SessionScope.User && anonymous
                ? new("sign-in", false, "Sessions are shared, so only signed users are let in, but anonymous is on.", "Sign your users with signingSecret, or set scope to user.")
                : new("sign-in", true, anonymous ? "Anonymous and signed users are let in." : "Only signed users are let in."),
            OriginsCheck(channel, anonymous),
        ];
        return new(checks);
    }

    private static PreflightCheck OriginsCheck(ChannelModel channel, bool anonymous)
    {
        var origins = ChannelSettings.Of(channel).AllowedOrigins;
        if (!anonymous) return new("origins", true, "Tokens decide who comes in, from every web site.");
        return origins.Count > 0 ? new("origins", true, $"Visitors of {string.Join(", ", origins.Take(3))}{(origins.Count > 3 ? $" and {origins.Count - 3} more" : "")} may connect.")
            : new("origins", true, "Every web site may embed the chat.", "List your own sites as allowed origins before you go live.");
    }

    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase) && uri.UserInfo.Length == 0;
}

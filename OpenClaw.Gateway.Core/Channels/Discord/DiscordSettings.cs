using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord;

/// <summary>The settings of a Discord channel.</summary>
/// <param name="ApiBaseUrl">Discord's REST API, or an emulator's; ends with a slash.</param>
/// <param name="Commands">The application commands; null = what is registered stays.</param>
/// <param name="Streaming">Answers are shown while they grow.</param>
/// <param name="CatchUp">Messages that are fetched per conversation after a lost session.</param>
internal sealed record DiscordSettings(Uri ApiBaseUrl, JsonElement? Commands, bool Streaming, int CatchUp)
{
    public const string BotToken = "botToken";
    public const string PublicApi = "https://discord.com/api/v10";
    public const int MostCatchUp = 1_000;

    /// <summary>Reads them; what is absent or wrong has its default.</summary>
    public static DiscordSettings Of(JsonElement settings) => new(
        UrlOf(settings) ?? new(PublicApi + "/"),
        settings.Get("applicationCommands") is { ValueKind: JsonValueKind.Array } commands ? commands : null,
        settings.Get("streaming").ValueKind != JsonValueKind.False,
        (int)Math.Clamp(settings.Number("catchUp", 100), 0, MostCatchUp));

    /// <summary>The address as it is used; null when it is absent or wrong.</summary>
    public static Uri? UrlOf(JsonElement settings) =>
        settings.Words("apiBaseUrl") is { } text && Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0 ? url : null;

    /// <summary>The bot's id: a token begins with the base64 of it. 0 when it does not.</summary>
    public static ulong BotOf(string? token)
    {
        var first = token?.Split('.')[0] ?? "";
        Span<byte> bytes = stackalloc byte[64];
        var digits = first.TrimEnd('=');
        // what is no base64 at all makes the decoder throw
        return digits.Length is > 0 and < 64 && Base64Url.IsValid(digits) && Base64Url.TryDecodeFromChars(digits, bytes, out var length)
            && Snowflake.TryParse(Encoding.ASCII.GetString(bytes[..length]), out var id) ? id : 0;
    }

    /// <summary>The secret of a channel; null when there is none.</summary>
    public static string? TokenOf(ChannelModel channel) => channel.Secrets.GetValueOrDefault(BotToken) is { Length: > 0 } token ? token : null;
}

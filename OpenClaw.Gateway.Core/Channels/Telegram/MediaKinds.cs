using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>As what a file is sent, by its type.</summary>
internal static class MediaKinds
{
    public static string Of(string contentType, long size) => contentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "image/jpeg" or "image/png" or "image/webp" when size <= TelegramApi.MostPhoto => "photo",
        "image/gif" => "animation",
        "audio/ogg" or "audio/opus" => "voice",
        "audio/mpeg" or "audio/mp4" or "audio/x-m4a" or "audio/m4a" => "audio",
        "video/mp4" => "video",
        _ => "document",
    };
}

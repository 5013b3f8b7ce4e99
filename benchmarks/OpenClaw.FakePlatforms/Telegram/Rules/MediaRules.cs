using System.Globalization;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>Sizes and kinds of files that bots send: photos to 10 MB, others to 50 MB.</summary>
internal static class MediaRules
{
    private const int LargestPhoto = 10 << 20;
    private const int LargestFile = 50 << 20;

    /// <summary>How JPEG, PNG, GIF, WebP and BMP begin.</summary>
    private static readonly byte[][] Images = [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47], "GIF8"u8.ToArray(), "RIFF"u8.ToArray(), "BM"u8.ToArray()];

    public static void Check(string kind, Upload upload)
    {
        if (upload.Content.Length == 0) throw Refusal.Broken("file must be non-empty");
        if (upload.Content.Length > LargestFile) throw new Refusal(413, "Request Entity Too Large", isViolation: true);
        if (kind is not "photo") return;
        if (upload.Content.Length > LargestPhoto)
            throw Refusal.Broken(string.Create(CultureInfo.InvariantCulture, $"file of size {upload.Content.Length} bytes is too big for a photo; the maximum size is {LargestPhoto} bytes"));
        if (!Array.Exists(Images, start => upload.Content.AsSpan().StartsWith(start))) throw Refusal.Bad("IMAGE_PROCESS_FAILED");
    }
}

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>Whether a file is the plain image that its type says, by its first bytes: what only calls itself one is never shown.</summary>
internal static class ImageBytes
{
    /// <summary>How many first bytes are looked at.</summary>
    public const int Needed = 12;

    public static bool Match(string type, ReadOnlySpan<byte> head) => type.ToUpperInvariant() switch
    {
        "IMAGE/PNG" => head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        "IMAGE/JPEG" => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]),
        "IMAGE/GIF" => head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8),
        "IMAGE/WEBP" => head.Length >= Needed && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8),
        _ => false,
    };

    /// <summary>Looks at the beginning of a stream that can seek, and leaves it there.</summary>
    public static async ValueTask<bool> MatchAsync(string type, Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[Needed];
        var read = await content.ReadAtLeastAsync(head, Needed, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return Match(type, head.AsSpan(0, read));
    }
}

using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>Bytes of a header as text: UTF-8 (RFC 6532) when they are, else what senders that break the rules mostly mean.</summary>
internal static class HeaderBytes
{
    private static readonly byte[] Escape = "\u001B$"u8.ToArray();

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.IndexOf(Escape) >= 0 ? Charsets.Decode(bytes, "iso-2022-jp") : Charsets.Guess(bytes);
        return text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 ? text : string.Create(text.Length, text, Clean).Replace("\0", "", StringComparison.Ordinal);
    }

    /// <summary>Control characters become spaces; NULs stay, to be taken out.</summary>
    private static void Clean(Span<char> clean, string text)
    {
        for (var i = 0; i < clean.Length; i++) clean[i] = text[i] is > '\0' and < ' ' ? ' ' : text[i];
    }
}

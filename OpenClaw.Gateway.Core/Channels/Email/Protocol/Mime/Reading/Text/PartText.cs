using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Reads a part as text: its charset decoded, line ends as LF, NULs out, format=flowed joined.</summary>
internal static class PartText
{
    private const int Sniff = 1024;
    private static readonly SearchValues<char> NameEnd = SearchValues.Create("\"'>; /");

    /// <summary>At most that many bytes of it; and whether that was not all.</summary>
    public static async ValueTask<(string Text, bool Truncated)> ReadAsync(MailPart part, int most, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> bytes = new(Math.Max(1, Math.Min(most, 8192)));
        var truncated = await FillAsync(part.Content, bytes, most, cancellationToken).ConfigureAwait(false);
        var text = Lines(Charsets.Decode(bytes.WrittenSpan, Charset(part, bytes.WrittenSpan)));
        if (part.MediaType == "text/plain" && string.Equals(part.ContentType["format"], "flowed", StringComparison.OrdinalIgnoreCase))
            text = FlowedText.Join(text, string.Equals(part.ContentType["delsp"], "yes", StringComparison.OrdinalIgnoreCase));
        return (text, truncated);
    }

    private static async ValueTask<bool> FillAsync(Stream content, ArrayBufferWriter<byte> bytes, int most, CancellationToken cancellationToken)
    {
        while (bytes.WrittenCount < most)
        {
            var read = await content.ReadAsync(bytes.GetMemory(4096)[..Math.Min(4096, most - bytes.WrittenCount)], cancellationToken).ConfigureAwait(false);
            if (read == 0) return false;
            bytes.Advance(read);
        }

        return await content.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0;
    }

    private static string? Charset(MailPart part, ReadOnlySpan<byte> bytes)
    {
        if (!string.IsNullOrEmpty(part.Charset) || part.MediaType != "text/html") return part.Charset;
        var head = System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Sniff)]);
        var at = head.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        var name = head.AsSpan(at + 8).TrimStart("\"' ");
        var end = name.IndexOfAny(NameEnd);
        return end <= 0 ? null : name[..end].ToString();
    }

    private static string Lines(string text)
    {
        var lines = text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;
        return lines.Contains('\0', StringComparison.Ordinal) ? lines.Replace("\0", "", StringComparison.Ordinal) : lines;
    }
}

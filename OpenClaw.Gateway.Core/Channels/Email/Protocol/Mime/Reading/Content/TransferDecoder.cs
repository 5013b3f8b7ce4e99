namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;

/// <summary>Takes a transfer encoding off (RFC 2045 6), piece by piece, whatever the input.</summary>
internal abstract class TransferDecoder
{
    /// <summary>
    /// Decodes what it can. It may leave input for later, when it needs what follows it or room for what it makes of it;
    /// when <paramref name="final"/> is set nothing follows, and all of it is taken as soon as there is room. The output has room for 1,000 bytes at least.
    /// </summary>
    public abstract void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed, out int written);

    /// <summary>The decoder of that Content-Transfer-Encoding; unknown ones leave the bytes as they are.</summary>
    public static TransferDecoder For(string? encoding) => Name(encoding) switch
    {
        "base64" or "b" or "x-base64" => new Base64Decoder(),
        "quoted-printable" or "qp" or "q" or "quotedprintable" => new QuotedPrintableDecoder(),
        "x-uuencode" or "uuencode" or "x-uue" or "uue" or "x-uu" => new UuDecoder(),
        _ => new PlainDecoder(),
    };

    public static bool IsIdentity(string? encoding) => For(encoding) is PlainDecoder;

    private static string Name(string? encoding)
    {
        var name = encoding.AsSpan().Trim(" \t\"'");
        var end = name.IndexOfAny(';', ' ', '(');
        return (end < 0 ? name : name[..end]).ToString().ToLowerInvariant();
    }
}

/// <summary>7bit, 8bit, binary.</summary>
internal sealed class PlainDecoder : TransferDecoder
{
    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed, out int written)
    {
        consumed = written = Math.Min(input.Length, output.Length);
        input[..consumed].CopyTo(output);
    }
}

using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;

/// <summary>quoted-printable (RFC 2045 6.7). An "=" that begins nothing stays; space at the end of a line goes.</summary>
internal sealed class QuotedPrintableDecoder : TransferDecoder
{
    private const int MostHeld = 2048;
    private static readonly SearchValues<byte> Special = SearchValues.Create("=\r\n"u8);

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        while (consumed < input.Length && written < output.Length)
        {
            var rest = input[consumed..];
            var special = rest.IndexOfAny(Special);
            var text = special < 0 ? rest : rest[..special];
            var kept = special >= 0 && rest[special] == '=' ? text : text.TrimEnd(" \t"u8);
            if (special < 0 && !final && text.Length - kept.Length > MostHeld) kept = text; // so much space is content
            var copied = Math.Min(kept.Length, output.Length - written);
            kept[..copied].CopyTo(output[written..]);
            consumed += copied;
            written += copied;
            if (copied < kept.Length) return;
            if (special < 0)
            {
                if (final) consumed = input.Length;
                return;
            }

            consumed += text.Length - kept.Length;
            if (written == output.Length || !Take(rest[special..], output, final, ref consumed, ref written)) return;
        }
    }

    /// <summary>Takes a line end or what an "=" begins; false when more input is needed for that.</summary>
    private static bool Take(ReadOnlySpan<byte> input, Span<byte> output, bool final, ref int consumed, ref int written)
    {
        if (input[0] != '=')
        {
            output[written++] = input[0];
            consumed++;
            return true;
        }

        if (input.Length >= 3 && Hex(input[1]) is var high and >= 0 && Hex(input[2]) is var low and >= 0)
        {
            output[written++] = (byte)(high << 4 | low);
            consumed += 3;
            return true;
        }

        var space = input[1..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        var end = space < 0 ? input.Length : 1 + space;
        if (!final && end + 1 >= input.Length && input.Length < MostHeld) return false;
        if (end == input.Length || Boundaries.LineEnd(input[end..]) is var line and > 0 && (end += line) > 0)
        {
            consumed += end; // a soft line end
            return true;
        }

        output[written++] = (byte)'=';
        consumed++;
        return true;
    }

    private static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };
}

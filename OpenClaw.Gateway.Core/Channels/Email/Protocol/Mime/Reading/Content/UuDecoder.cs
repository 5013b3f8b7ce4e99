namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;

/// <summary>uuencode (POSIX): what stands between "begin" and "end".</summary>
internal sealed class UuDecoder : TransferDecoder
{
    private const int MostLine = 512;
    private const int MostDecoded = 64;

    private bool _begun;
    private bool _ended;
    private bool _inLongLine;

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        while (consumed < input.Length && output.Length - written >= MostDecoded)
        {
            var rest = input[consumed..];
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0 && !final && rest.Length < MostLine) return;
            var line = end < 0 ? rest : rest[..end];
            consumed += end < 0 ? rest.Length : end + 1;
            if (!_inLongLine && line.Length <= MostLine) written += Line(line, output[written..]);
            _inLongLine = end < 0;
        }
    }

    private int Line(ReadOnlySpan<byte> line, Span<byte> output)
    {
        if (_ended || line.IsEmpty) return 0;
        if (!_begun)
        {
            _begun = line.StartsWith("begin "u8);
            return 0;
        }

        var length = (line[0] - ' ') & 63;
        if (length == 0 || line.SequenceEqual("end"u8))
        {
            _ended = true;
            return 0;
        }

        for (var (i, at) = (0, 1); i < length; i += 3, at += 4)
        {
            var bits = Value(line, at) << 18 | Value(line, at + 1) << 12 | Value(line, at + 2) << 6 | Value(line, at + 3);
            output[i] = (byte)(bits >> 16);
            if (i + 1 < length) output[i + 1] = (byte)(bits >> 8);
            if (i + 2 < length) output[i + 2] = (byte)bits;
        }

        return length;
    }

    private static int Value(ReadOnlySpan<byte> line, int at) => at < line.Length ? (line[at] - ' ') & 63 : 0;
}

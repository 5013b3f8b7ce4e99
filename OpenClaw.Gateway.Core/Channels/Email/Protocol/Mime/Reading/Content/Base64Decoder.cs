using System.Buffers;
using System.Buffers.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Content;

/// <summary>base64 (RFC 2045 6.8). What is not of its alphabet is passed over; padding in the middle ends a group, and the next begins after it.</summary>
internal sealed class Base64Decoder : TransferDecoder
{
    private const sbyte Pad = -2;
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
    private static readonly sbyte[] Values = MakeValues();

    private int _bits;
    private int _count;

    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed, out int written)
    {
        var (at, made, runEnd) = (0, 0, 0);
        while (at < input.Length)
        {
            if (_count == 0)
            {
                if (runEnd <= at) runEnd = input[at..].IndexOfAnyExcept(Alphabet) is var end and >= 0 ? at + end : input.Length;
                var run = Math.Min((runEnd - at) & ~3, (output.Length - made) / 3 * 4);
                if (run >= 4 && Base64.DecodeFromUtf8(input.Slice(at, run), output[made..], out var taken, out var gave, isFinalBlock: false) == OperationStatus.Done)
                {
                    at += taken;
                    made += gave;
                    continue;
                }
            }

            if (output.Length - made < 3) break;
            made += Slow(input[at++], output[made..]);
        }

        if (final && at == input.Length && _count > 0 && output.Length - made >= 3) made += Rest(output[made..]);
        (consumed, written) = (at, made);
    }

    private int Slow(byte b, Span<byte> output)
    {
        var value = Values[b];
        if (value == Pad) return Rest(output);
        if (value < 0) return 0;
        _bits = _bits << 6 | (byte)value;
        if (++_count < 4) return 0;
        (output[0], output[1], output[2]) = ((byte)(_bits >> 16), (byte)(_bits >> 8), (byte)_bits);
        (_bits, _count) = (0, 0);
        return 3;
    }

    /// <summary>The bytes of a group that is not whole.</summary>
    private int Rest(Span<byte> output)
    {
        var made = 0;
        if (_count >= 2) output[made++] = (byte)(_bits << (4 - _count) * 6 >> 16);
        if (_count >= 3) output[made++] = (byte)(_bits << (4 - _count) * 6 >> 8);
        (_bits, _count) = (0, 0);
        return made;
    }

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[256];
        Array.Fill(values, (sbyte)-1);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < alphabet.Length; i++) values[alphabet[i]] = (sbyte)i;
        values['='] = Pad;
        return values;
    }
}

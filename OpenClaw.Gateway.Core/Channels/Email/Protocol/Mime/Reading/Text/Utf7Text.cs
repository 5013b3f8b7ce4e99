using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Decodes UTF-7 (RFC 2152). The runtime's own class is obsolete for what it accepts; here the text is only ever text, never looked at before it is decoded.</summary>
internal static class Utf7Text
{
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        StringBuilder output = new(bytes.Length);
        for (var i = 0; i < bytes.Length;)
        {
            if (bytes[i] != '+')
            {
                output.Append(bytes[i] < 0x80 ? (char)bytes[i] : '\uFFFD');
                i++;
                continue;
            }

            i = Shifted(bytes, i + 1, output);
        }

        return MendSurrogates(output);
    }

    private static int Shifted(ReadOnlySpan<byte> bytes, int at, StringBuilder output)
    {
        if (at < bytes.Length && bytes[at] == '-')
        {
            output.Append('+');
            return at + 1;
        }

        var (bits, count) = (0, 0);
        for (; at < bytes.Length && Value(bytes[at]) is var value and >= 0; at++)
        {
            bits = (bits << 6 | value) & 0x3FFFFF;
            count += 6;
            if (count < 16) continue;
            count -= 16;
            output.Append((char)(bits >> count & 0xFFFF));
        }

        return at < bytes.Length && bytes[at] == '-' ? at + 1 : at;
    }

    private static int Value(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };

    private static string MendSurrogates(StringBuilder text)
    {
        StringBuilder mended = new(text.Length);
        foreach (var rune in text.ToString().EnumerateRunes()) mended.Append(rune);
        return mended.ToString();
    }
}

using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>Text as encoded words (RFC 2047), a line each, of whole characters; in B or Q, whichever is shorter.</summary>
internal static class EncodedWords
{
    private const string Hex = "0123456789ABCDEF";
    private const string Open = "=?utf-8?x?";
    private const string Close = "?=";

    /// <param name="text">One line.</param>
    /// <param name="used">Characters that stand before it on its line.</param>
    public static string Of(string text, int used)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var isQ = bytes.Sum(WidthInQ) <= (bytes.Length + 2) / 3 * 4;
        var output = new StringBuilder();
        List<byte> word = [];
        var width = 0; // of the word in Q
        Span<byte> rune = stackalloc byte[4];
        foreach (var character in text.EnumerateRunes())
        {
            var encoded = rune[..character.EncodeToUtf8(rune)];
            var wider = width;
            foreach (var value in encoded) wider += WidthInQ(value);
            var length = isQ ? wider : (word.Count + encoded.Length + 2) / 3 * 4;
            if (used + Open.Length + length + Close.Length > HeaderText.MaxLine && word.Count > 0)
            {
                Append(output, word, isQ);
                output.Append("\r\n ");
                (used, wider) = (1, wider - width);
                word.Clear();
            }

            word.AddRange(encoded);
            width = wider;
        }

        Append(output, word, isQ);
        return output.ToString();
    }

    /// <summary>Only what may stand in every place of a header is left as it is (RFC 2047 5).</summary>
    private static int WidthInQ(byte value) => IsLiteral(value) || value == ' ' ? 1 : 3;

    private static bool IsLiteral(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/';

    private static void Append(StringBuilder output, List<byte> word, bool isQ)
    {
        output.Append("=?utf-8?").Append(isQ ? 'Q' : 'B').Append('?');
        if (!isQ) output.Append(Convert.ToBase64String([.. word]));
        else
            foreach (var value in word)
            {
                if (value == ' ') output.Append('_');
                else if (IsLiteral(value)) output.Append((char)value);
                else output.Append('=').Append(Hex[value >> 4]).Append(Hex[value & 15]);
            }

        output.Append(Close);
    }
}

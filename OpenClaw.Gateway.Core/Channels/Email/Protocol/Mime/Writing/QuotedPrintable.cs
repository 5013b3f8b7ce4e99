using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>Text as quoted-printable (RFC 2045 6.7): 7 bit, lines of at most 76 characters, readable where it is ASCII.</summary>
internal static class QuotedPrintable
{
    private const int MaxLine = 76;
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Encodes as UTF-8. Every line end of the text becomes CRLF; so does its end.</summary>
    public static string Encode(string text)
    {
        var output = new StringBuilder(text.Length + text.Length / 8);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) Line(Encoding.UTF8.GetBytes(line), output);
        return output.ToString();
    }

    private static void Line(byte[] line, StringBuilder output)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var last = i == line.Length - 1;
            var literal = line[i] is >= (byte)'!' and <= (byte)'~' and not (byte)'=' || line[i] is (byte)' ' or (byte)'\t' && !last;
            var width = literal ? 1 : 3;
            if (column + width > (last ? MaxLine : MaxLine - 1)) // room for the soft line end
            {
                output.Append("=\r\n");
                column = 0;
            }

            if (column == 0 && literal && IsChangedOnTheWay(line.AsSpan(i))) (literal, width) = (false, 3);
            if (literal) output.Append((char)line[i]);
            else output.Append('=').Append(Hex[line[i] >> 4]).Append(Hex[line[i] & 15]);
            column += width;
        }

        output.Append("\r\n");
    }

    /// <summary>Mailbox files mark "From " at the start of a line, and clumsy servers lose a dot there.</summary>
    private static bool IsChangedOnTheWay(ReadOnlySpan<byte> rest) => rest[0] == '.' || rest.StartsWith("From "u8);
}

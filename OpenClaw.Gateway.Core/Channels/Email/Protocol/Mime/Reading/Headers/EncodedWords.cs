using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>
/// Decodes encoded words (RFC 2047, RFC 2231 5). Words that follow each other in one charset are joined as bytes,
/// because senders cut characters in two; a word that is broken stays as it is.
/// </summary>
internal static class EncodedWords
{
    public static string Decode(string text)
    {
        if (!text.Contains("=?", StringComparison.Ordinal)) return text;
        StringBuilder output = new(text.Length);
        ArrayBufferWriter<byte> bytes = new();
        var charset = "";
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("=?", at, StringComparison.Ordinal);
            if (open < 0) break;
            if (!TryRead(text, open, out var word))
            {
                Flush();
                output.Append(text, at, open + 2 - at);
                at = open + 2;
                continue;
            }

            var between = text.AsSpan(at, open - at);
            if (bytes.WrittenCount == 0 || !between.IsWhiteSpace() || !word.Charset.Equals(charset, StringComparison.OrdinalIgnoreCase))
            {
                var joined = bytes.WrittenCount > 0 && between.IsWhiteSpace();
                Flush();
                if (!joined) output.Append(between);
            }

            charset = word.Charset;
            word.Append(text, bytes);
            at = word.End;
        }

        Flush();
        return output.Append(text, at, text.Length - at).ToString();

        void Flush()
        {
            if (bytes.WrittenCount == 0) return;
            foreach (var c in Charsets.Decode(bytes.WrittenSpan, charset)) output.Append(char.IsControl(c) ? ' ' : c);
            bytes.ResetWrittenCount();
        }
    }

    /// <summary>Where the encoded word ends that begins there; -1 when none does.</summary>
    public static int EndOfWord(string text, int open) => TryRead(text, open, out var word) ? word.End : -1;

    private static bool TryRead(string text, int open, out Word word)
    {
        word = default;
        if (open + 4 >= text.Length || text[open + 1] != '?') return false;
        var first = text.IndexOf('?', open + 2, Math.Min(80, text.Length - open - 2));
        if (first < 0 || first + 2 >= text.Length || text[first + 2] != '?') return false;
        var kind = char.ToUpperInvariant(text[first + 1]);
        if (kind is not ('B' or 'Q')) return false;
        var charset = text.AsSpan(open + 2, first - open - 2);
        if (charset.IndexOf('*') is var language and >= 0) charset = charset[..language];
        if (charset.IsEmpty || charset.ContainsAny(" \t\"<>")) return false;
        var close = text.IndexOf("?=", first + 3, StringComparison.Ordinal);
        if (close < 0) return false;
        // =?utf-8?Q?=41?= : the first "?=" belongs to the text
        if (close == first + 3 && kind == 'Q' && text.IndexOf("?=", close + 2, StringComparison.Ordinal) is var later and >= 0 && !text.AsSpan(close, later - close).Contains(' ')) close = later;
        word = new(charset.ToString(), kind, first + 3, close, close + 2);
        return kind == 'Q' || IsBase64(text.AsSpan(word.Start, close - word.Start));
    }

    private static bool IsBase64(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '=' or ' ' or '\t' or '-' or '_')) return false;
        }

        return true;
    }

    private readonly record struct Word(string Charset, char Kind, int Start, int Close, int End)
    {
        public void Append(string text, ArrayBufferWriter<byte> output)
        {
            var content = text.AsSpan(Start, Close - Start);
            if (Kind == 'B') Base64(content, output);
            else Quoted(content, output);
        }

        private static void Quoted(ReadOnlySpan<char> content, ArrayBufferWriter<byte> output)
        {
            Span<byte> encoded = stackalloc byte[4];
            for (var i = 0; i < content.Length;)
            {
                if (content[i] == '=' && i + 2 < content.Length && byte.TryParse(content.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    output.Write([value]);
                    i += 3;
                    continue;
                }

                if (content[i] == '_') output.Write(" "u8);
                else if (content[i] < 0x80) output.Write([(byte)content[i]]);
                else if (Rune.DecodeFromUtf16(content[i..], out var rune, out var length) == OperationStatus.Done)
                {
                    output.Write(encoded[..rune.EncodeToUtf8(encoded)]);
                    i += length;
                    continue;
                }

                i++;
            }
        }

        private static void Base64(ReadOnlySpan<char> content, ArrayBufferWriter<byte> output)
        {
            var bits = 0;
            var count = 0;
            foreach (var c in content)
            {
                var value = c switch
                {
                    >= 'A' and <= 'Z' => c - 'A',
                    >= 'a' and <= 'z' => c - 'a' + 26,
                    >= '0' and <= '9' => c - '0' + 52,
                    '+' or '-' => 62,
                    '/' or '_' => 63,
                    '=' => -2,
                    _ => -1,
                };
                if (value == -2) (bits, count) = (0, 0);
                if (value < 0) continue;
                bits = (bits << 6 | value) & 0xFFFF;
                count += 6;
                if (count < 8) continue;
                count -= 8;
                output.Write([(byte)(bits >> count)]);
            }
        }
    }
}

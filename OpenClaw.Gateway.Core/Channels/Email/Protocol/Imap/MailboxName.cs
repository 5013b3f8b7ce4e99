using System.Buffers;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>Names of mailboxes as they go over the wire: modified UTF-7 (RFC 3501 5.1.3).</summary>
internal static class MailboxName
{
    public static string Encode(string name)
    {
        var encoded = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            if (name[i] == '&') encoded.Append("&-");
            if (IsPlain(name[i]))
            {
                if (name[i] != '&') encoded.Append(name[i]);
                i++;
                continue;
            }

            var start = i;
            while (i < name.Length && !IsPlain(name[i])) i++;
            var bytes = new byte[(i - start) * 2];
            for (var j = start; j < i; j++) (bytes[(j - start) * 2], bytes[(j - start) * 2 + 1]) = ((byte)(name[j] >> 8), (byte)name[j]);
            encoded.Append('&').Append(Convert.ToBase64String(bytes).TrimEnd('=').Replace('/', ',')).Append('-');
        }

        return encoded.ToString();
    }

    /// <summary>A name that is not what this would have encoded stays as it is: other spellings of a name are a trick, or plain UTF-8.</summary>
    public static string Decode(string encoded)
    {
        var name = new StringBuilder(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '&')
            {
                name.Append(encoded[i]);
                continue;
            }

            var end = encoded.IndexOf('-', i);
            if (end < 0 || !TryShifted(encoded.AsSpan(i + 1, end - i - 1), name)) return encoded;
            i = end;
        }

        var decoded = name.ToString();
        return Encode(decoded) == encoded ? decoded : encoded;
    }

    private static bool TryShifted(ReadOnlySpan<char> text, StringBuilder name)
    {
        if (text.IsEmpty)
        {
            name.Append('&');
            return true;
        }

        var base64 = new string(text).Replace(',', '/');
        var padded = base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        var bytes = ArrayPool<byte>.Shared.Rent(padded.Length);
        try
        {
            if (!Convert.TryFromBase64String(padded, bytes, out var length) || length % 2 != 0) return false;
            name.Append(Encoding.BigEndianUnicode.GetString(bytes, 0, length));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~';
}

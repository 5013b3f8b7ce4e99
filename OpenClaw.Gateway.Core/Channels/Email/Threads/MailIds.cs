using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>Ids that mails go by, made so that the same is made again on every attempt.</summary>
internal static class MailIds
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int ThreadLength = 16;
    private const int ProofLength = 10;

    /// <summary>The Message-ID of a reply: the same on every attempt, so that who gets it twice can tell.</summary>
    public static string OfReply(Guid reply, string address) => $"<{reply:N}@{DomainOf(address)}>";

    /// <summary>The reply of a Message-ID that this gateway may have made; null when it is of another form. Whether there is such a reply is for the book to say.</summary>
    public static Guid? ReplyOf(string messageId)
    {
        var at = messageId.IndexOf('@', StringComparison.Ordinal);
        return at == 33 && messageId[0] == '<' && Guid.TryParseExact(messageId.AsSpan(1, 32), "N", out var id) ? id : null;
    }

    /// <summary>The key that a Message-ID of any length is found by.</summary>
    public static string Hash(string messageId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)));

    /// <summary>The thread that a mail begins: the same however often it is fetched, and nobody else's to guess.</summary>
    public static string ThreadOf(ReadOnlySpan<byte> key, string messageId) => Base32(Mac(key, "thread:" + messageId), ThreadLength);

    /// <summary>The channel's address with the thread in it: answers to it find their way without any header.</summary>
    public static string Address(ReadOnlySpan<byte> key, string address, string thread)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{thread}{Proof(key, thread)}{address[at..]}";
    }

    /// <summary>The thread in an address that <see cref="Address"/> made; null for any other.</summary>
    public static string? ThreadIn(ReadOnlySpan<byte> key, string address)
    {
        var (at, plus) = (address.LastIndexOf('@'), address.LastIndexOf('+'));
        if (plus < 0 || at - plus - 1 != ThreadLength + ProofLength) return null;
        var token = address[(plus + 1)..at].ToLowerInvariant(); // systems on the way may change the case
        var thread = token[..ThreadLength];
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Proof(key, thread)), Encoding.UTF8.GetBytes(token[ThreadLength..])) ? thread : null;
    }

    /// <summary>The address without what follows a plus sign.</summary>
    public static string Base(string address)
    {
        var (at, plus) = (address.LastIndexOf('@'), address.IndexOf('+', StringComparison.Ordinal));
        return plus > 0 && plus < at ? address[..plus] + address[at..] : address;
    }

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    private static string Proof(ReadOnlySpan<byte> key, string thread) => Base32(Mac(key, "reply:" + thread), ProofLength);

    private static byte[] Mac(ReadOnlySpan<byte> key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    /// <summary>Five bits a letter: letters of one case only, because not every system keeps the case of an address.</summary>
    private static string Base32(byte[] bytes, int length) => string.Create(length, bytes, static (text, bytes) =>
    {
        var (bits, count, next) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (count < 5)
            {
                bits = (bits << 8) | bytes[next++];
                count += 8;
            }

            text[i] = Letters[(bits >> (count - 5)) & 31];
            count -= 5;
        }
    });
}

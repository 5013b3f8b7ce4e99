using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>What a valid token tells: who resumes, whether as a signed user, and the episode that was the newest when it was made.</summary>
internal readonly record struct ResumeGrant(string User, bool Signed, Guid Session);

/// <summary>
/// Makes and checks resume tokens: version, kind of user, expiry, episode and user, with an HMAC over these and the address. Nothing
/// is kept; a token names the address, not the session, so it follows the newest episode. Good for 30 days.
/// </summary>
internal sealed class ResumeTokens(IKeyMaterial keys, TimeProvider time)
{
    private const byte Version = 1;
    private const int HeadLength = 1 + 1 + 8 + 16;
    private const int MacLength = 32;
    private const int MaxLength = 4_096;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly byte[] _key = keys.Derive("websocket-resume");

    public string Create(Guid channel, SessionAddress address, bool signed, Guid session)
    {
        var user = Encoding.UTF8.GetBytes(address.UserId);
        var token = new byte[HeadLength + user.Length + MacLength];
        token[0] = Version;
        token[1] = signed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(2), (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        session.TryWriteBytes(token.AsSpan(10), bigEndian: true, out _);
        user.CopyTo(token.AsSpan(HeadLength));
        Mac(token.AsSpan(0, HeadLength + user.Length), channel, address.Conversation, address.Thread, token.AsSpan(HeadLength + user.Length));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Null for a token that is forged, expired, or of another channel, conversation or thread.</summary>
    public ResumeGrant? Read(string text, Guid channel, string conversation, string? thread)
    {
        if (text.Length is 0 or > MaxLength || !Base64Url.IsValid(text)) return null;
        var token = Base64Url.DecodeFromChars(text);
        if (token.Length <= HeadLength + MacLength || token[0] != Version) return null;
        var content = token.AsSpan(0, token.Length - MacLength);
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(content, channel, conversation, thread, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, token.AsSpan(content.Length))) return null;
        if (BinaryPrimitives.ReadInt64BigEndian(content[2..]) <= time.GetUtcNow().ToUnixTimeSeconds()) return null;
        return new(Encoding.UTF8.GetString(content[HeadLength..]), content[1] == 1, new Guid(content.Slice(10, 16), bigEndian: true));
    }

    private void Mac(ReadOnlySpan<byte> content, Guid channel, string conversation, string? thread, Span<byte> mac)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> id = stackalloc byte[16];
        channel.TryWriteBytes(id, bigEndian: true, out _);
        hash.AppendData(id);
        Append(hash, content);
        Append(hash, Encoding.UTF8.GetBytes(conversation));
        hash.AppendData([thread is null ? (byte)0 : (byte)1]);
        Append(hash, Encoding.UTF8.GetBytes(thread ?? ""));
        hash.GetHashAndReset(mac);
    }

    // each part with its length, so that no two addresses give the same bytes
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// Ids of sessions follow from where the conversation is, so that finding one needs no look-up: SHA-256 over the parts of the
/// key, each with its length before it, as a UUIDv8 (RFC 9562).
/// </summary>
internal static class SessionKeys
{
    /// <summary>The same for all episodes of an address.</summary>
    public static Guid Root(ChannelModel channel, SessionAddress address) => Root(channel.Id, channel.Scope, address);

    /// <summary>The same for a channel that may be deleted or set otherwise by now.</summary>
    public static Guid Root(Guid channel, SessionScope scope, SessionAddress address)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> id = stackalloc byte[16];
        channel.TryWriteBytes(id, bigEndian: true, out _);
        hash.AppendData(id);
        Add(hash, address.Conversation);
        Add(hash, scope == SessionScope.Conversation ? null : address.Thread);
        Add(hash, scope == SessionScope.User ? address.UserId : null);
        return ToGuid(hash);
    }

    /// <summary>One episode of it, from 1.</summary>
    public static Guid Session(Guid root, int episode)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[20];
        root.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], episode);
        hash.AppendData(bytes);
        return ToGuid(hash);
    }

    private static void Add(IncrementalHash hash, string? part)
    {
        Span<byte> length = stackalloc byte[4];
        if (part is null)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, -1);
            hash.AppendData(length);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(part);
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static Guid ToGuid(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}

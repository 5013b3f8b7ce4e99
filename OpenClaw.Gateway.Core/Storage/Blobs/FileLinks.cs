using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>What a link's signature is worth.</summary>
internal enum LinkState
{
    /// <summary>Made by this installation, not expired.</summary>
    Valid,

    /// <summary>Made by this installation, too old.</summary>
    Expired,

    /// <summary>Not made by this installation, or changed.</summary>
    Forged,
}

/// <summary>
/// Signed links: an HMAC over tenant, blob, name, type and expiry. Who has the link may read that one file for a time, an hour where nobody says otherwise, and see it
/// under the name and type that it was given, no other.
/// </summary>
internal sealed class FileLinks(GatewayOptions options, IKeyMaterial keys, TimeProvider time) : IFileLinks
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly byte[] _key = keys.Derive("file-links");
    private readonly string _base = options.PublicUrl.AbsoluteUri.TrimEnd('/') + "/files/";

    public string Create(Guid tenant, AttachmentRef attachment) => Create(tenant, attachment, Lifetime);

    public string Create(Guid tenant, AttachmentRef attachment, TimeSpan lifetime)
    {
        var expires = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        var signature = Sign(tenant, attachment.Blob, attachment.Name, attachment.ContentType, expires);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_base}{tenant}/{attachment.Blob}?name={Uri.EscapeDataString(attachment.Name)}&type={Uri.EscapeDataString(attachment.ContentType)}&exp={expires}&sig={Base64Url.EncodeToString(signature)}");
    }

    public LinkState Check(Guid tenant, Guid blob, string? name, string? type, string? expires, string? signature)
    {
        if (name is null || type is null || signature is null || !Base64Url.IsValid(signature)) return LinkState.Forged;
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until)) return LinkState.Forged;
        if (!CryptographicOperations.FixedTimeEquals(Sign(tenant, blob, name, type, until), Base64Url.DecodeFromChars(signature))) return LinkState.Forged;
        return until > time.GetUtcNow().ToUnixTimeSeconds() ? LinkState.Valid : LinkState.Expired;
    }

    private byte[] Sign(Guid tenant, Guid blob, string name, string type, long expires)
    {
        var nameLength = Encoding.UTF8.GetByteCount(name);
        var content = new byte[16 + 16 + 8 + 4 + nameLength + Encoding.UTF8.GetByteCount(type)];
        tenant.TryWriteBytes(content, bigEndian: true, out _);
        blob.TryWriteBytes(content.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(32), expires);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(40), nameLength);
        Encoding.UTF8.GetBytes(name, content.AsSpan(44));
        Encoding.UTF8.GetBytes(type, content.AsSpan(44 + nameLength));
        return HMACSHA256.HashData(_key, content);
    }
}

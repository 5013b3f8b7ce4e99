using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Protection;

/// <summary>
/// Wraps Data Protection keys by AES-256-GCM under a key derived from the master key. The element also names the master key
/// (by a derived fingerprint), so that a wrong one is told as such and does not lead to silently made new keys.
/// </summary>
internal sealed class KeyWrap(IKeyMaterial keys)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private static readonly XName Element = "openClawWrappedKey";
    private readonly byte[] _key = keys.Derive("data-protection-keys");
    private readonly string _fingerprint = Convert.ToHexStringLower(keys.Derive("master-key-fingerprint").AsSpan(0, 8));

    public XElement Wrap(XElement plain)
    {
        var text = Encoding.UTF8.GetBytes(plain.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[NonceBytes + text.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), text, sealedBytes.AsSpan(NonceBytes, text.Length), sealedBytes.AsSpan(NonceBytes + text.Length));
        CryptographicOperations.ZeroMemory(text);
        return new(Element, new XAttribute("masterKey", _fingerprint), Convert.ToBase64String(sealedBytes));
    }

    public XElement Unwrap(XElement wrapped)
    {
        Check(wrapped);
        var bytes = Convert.FromBase64String(wrapped.Value);
        var text = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, text.Length), bytes.AsSpan(NonceBytes + text.Length), text);
        return XElement.Parse(Encoding.UTF8.GetString(text));
    }

    /// <summary>Throws when anything in the element was wrapped under another master key.</summary>
    public void Check(XElement element)
    {
        if (element.DescendantsAndSelf(Element).Any(e => e.Attribute("masterKey")?.Value != _fingerprint)) throw new WrongMasterKeyException();
    }
}

/// <summary>The configured master key is not the one that the database's keys were wrapped with.</summary>
public sealed class WrongMasterKeyException() : InvalidOperationException(
    "Security:MasterKey (or master.key in Data:Directory) is not the key that this database was set up with: its secrets cannot be read. "
    + "Put the former key back; every node needs the same one.");

/// <summary>Data Protection's side of the wrapping.</summary>
internal sealed class KeyWrapEncryptor(KeyWrap wrap) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(wrap.Wrap(plaintextElement), typeof(KeyWrapDecryptor));
}

/// <summary>Data Protection's side of the unwrapping; made by its activator from the name stored with each key.</summary>
internal sealed class KeyWrapDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly KeyWrap _wrap = services.GetRequiredService<KeyWrap>();

    public XElement Decrypt(XElement encryptedElement) => _wrap.Unwrap(encryptedElement);
}

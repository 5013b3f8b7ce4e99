using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Storage.Protection;

/// <summary>A secret as it was saved: its value, and after a rotation the value before it with the time until which that one holds.</summary>
internal sealed record SecretValue(string Value, string? Previous = null, DateTimeOffset? PreviousUntil = null)
{
    /// <summary>The former value while it still holds.</summary>
    public string? PreviousAt(DateTimeOffset now) => PreviousUntil > now ? Previous : null;
}

/// <summary>Encrypts the secrets of channels and agents, each bound to its owner and name: a ciphertext moved to another row cannot be read.</summary>
internal sealed class SecretProtector(IDataProtectionProvider protection)
{
    public string Protect(Guid owner, string name, SecretValue value) => For(owner, name).Protect(JsonSerializer.Serialize(value));

    /// <summary>Throws <see cref="CryptographicException"/> when it cannot be read.</summary>
    public SecretValue Unprotect(Secret row) =>
        JsonSerializer.Deserialize<SecretValue>(For(row.OwnerId, row.Name).Unprotect(row.Protected)) ?? throw new CryptographicException("The secret is empty.");

    private IDataProtector For(Guid owner, string name) => protection.CreateProtector("OpenClaw.Secrets", owner.ToString("N"), name);
}

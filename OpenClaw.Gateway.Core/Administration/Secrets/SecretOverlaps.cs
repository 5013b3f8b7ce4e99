using System.Security.Cryptography;
using OpenClaw.Gateway.Core.Storage.Protection;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Secrets;

/// <summary>Says of secrets that are being rotated until when the former value also holds: only the ciphertext knows.</summary>
internal sealed class SecretOverlaps(SecretProtector protector, TimeProvider time)
{
    /// <summary>The views, with the ends of those overlaps that are not over.</summary>
    public IReadOnlyDictionary<string, SecretView> Of(IReadOnlyDictionary<string, SecretView> views, IEnumerable<Secret> rows)
    {
        var now = time.GetUtcNow();
        var shown = new Dictionary<string, SecretView>(views, StringComparer.Ordinal);
        foreach (var row in rows)
            if (EndOf(row) is { } until && until > now && shown.TryGetValue(row.Name, out var view)) shown[row.Name] = view with { PreviousUntil = until };
        return shown;
    }

    private DateTimeOffset? EndOf(Secret row)
    {
        try
        {
            return protector.Unprotect(row) is { Previous: not null, PreviousUntil: { } until } ? until : null;
        }
        catch (CryptographicException)
        {
            return null; // the catalog tells of secrets that cannot be read
        }
    }
}

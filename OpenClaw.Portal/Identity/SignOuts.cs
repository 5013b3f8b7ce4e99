using System.Collections.Concurrent;
using System.Security.Claims;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// Sign-ins that were ended. A circuit outlives the request that ended it, so it asks here and is told; a copied cookie is
/// refused as well. Kept in memory for as long as a cookie can live.
/// </summary>
internal sealed class SignOuts(TimeProvider time)
{
    /// <summary>The claim that tells one sign-in from another.</summary>
    public const string Claim = "sid";

    /// <summary>How long a sign-in holds without use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Told the id of a sign-in that has just ended.</summary>
    public event Action<string>? Ended;

    public static string? IdOf(ClaimsPrincipal? principal) => principal?.FindFirstValue(Claim);

    public bool IsEnded(ClaimsPrincipal? principal) => IdOf(principal) is { } id && _ended.ContainsKey(id);

    public void End(ClaimsPrincipal principal)
    {
        if (IdOf(principal) is not { } id) return;
        var now = time.GetUtcNow();
        foreach (var old in _ended.Where(e => e.Value < now)) _ended.TryRemove(old);
        _ended[id] = now + Lifetime;
        Ended?.Invoke(id);
    }
}

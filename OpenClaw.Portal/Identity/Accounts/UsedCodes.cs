using System.Collections.Concurrent;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>
/// A code of an authenticator app is taken once: who looked over a shoulder does not get in with it (RFC 6238, 5.2). Kept for as long as
/// a code could be right.
/// </summary>
internal sealed class UsedCodes(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Guid Person, string Code), DateTimeOffset> _until = new();

    /// <summary>False when that person has tried this code before.</summary>
    public bool TryUse(Guid person, string code)
    {
        var now = time.GetUtcNow();
        foreach (var old in _until.Where(u => u.Value <= now)) _until.TryRemove(old);
        return _until.TryAdd((person, code), now + Kept);
    }
}

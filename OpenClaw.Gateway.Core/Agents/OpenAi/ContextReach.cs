using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// How long a conversation was that an agent's model refused, and what is likely to fit: learned from refusals, so that not every message of a long conversation
/// runs into one. For an hour: servers are set anew, and limits are raised.
/// </summary>
internal sealed class ContextReach(TimeProvider time)
{
    /// <summary>Sessions may choose their model.</summary>
    private const int MostModels = 100;

    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

    /// <summary>The characters that fit; null when nothing so long was refused.</summary>
    public double? Of(string model, int total)
    {
        if (!_refusals.TryGetValue(model, out var refusal)) return null;
        if (time.GetElapsedTime(refusal.At) < Keep) return total >= refusal.Total ? refusal.Fits : null;
        _refusals.TryRemove(new(model, refusal));
        return null;
    }

    /// <summary>So much was refused.</summary>
    public void Remember(string model, int total, double fits)
    {
        if (_refusals.Count >= MostModels) _refusals.Clear();
        _refusals[model] = new(total, fits, time.GetTimestamp());
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Refusal(int Total, double Fits, long At);
}

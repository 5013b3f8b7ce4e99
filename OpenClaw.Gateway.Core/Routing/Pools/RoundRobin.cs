namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>One after the other.</summary>
internal sealed class RoundRobin : IBalancer
{
    private readonly Lock _lock = new();
    private int _last = -1;

    public int Choose(ReadOnlySpan<Candidate> candidates, bool commit = true)
    {
        lock (_lock)
        {
            // the first behind the last one that was asked: who is passed over now does not shift the others' turns
            var next = 0;
            for (var i = 0; i < candidates.Length; i++)
            {
                if (candidates[i].Member <= _last) continue;
                next = i;
                break;
            }

            if (commit) _last = candidates[next].Member;
            return next;
        }
    }

    public string Why(in Candidate chosen) => "its turn";
}

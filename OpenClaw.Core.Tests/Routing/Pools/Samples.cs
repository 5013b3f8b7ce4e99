using OpenClaw.Gateway.Core.Routing.Pools;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Routing.Pools;

internal static class Samples
{
    /// <summary>Members of a pool with these weights, all idle and never asked.</summary>
    public static Candidate[] Members(params int[] weights) => [.. weights.Select((w, i) => new Candidate(i, Id(i), w, 16, default))];

    public static Candidate Busy(this Candidate candidate, int open, double latency = 0) => candidate with { Load = new(open, latency, latency) };

    public static Guid Id(int member) => new(member + 1, 0, 0, new byte[8]);

    /// <summary>How often each of the members was chosen in that many choices.</summary>
    public static int[] Shares(IBalancer balancer, Candidate[] candidates, int choices)
    {
        var shares = new int[candidates.Max(c => c.Member) + 1];
        for (var i = 0; i < choices; i++) shares[candidates[balancer.Choose(candidates)].Member]++;
        return shares;
    }
}

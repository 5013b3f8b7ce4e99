using OpenClaw.Gateway.Core.Routing.Pools;

namespace OpenClaw.Core.Tests.Routing.Pools;

public sealed class SimulationTests
{
    private const int Requests = 60_000;
    private static readonly double[] OneSlow = [50, 50, 50, 500];

    /// <summary>Four replicas, one ten times slower, as busy as round robin can just bear.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LeastLoaded_OneReplicaIsTenTimesSlower_BeatsRoundRobinByFour(int seed)
    {
        var (balanced, shares) = new Simulation(seed).Run(new LeastLoaded(), OneSlow, Requests, everyMs: 16);
        var (inTurn, _) = new Simulation(seed).Run(new RoundRobin(), OneSlow, Requests, everyMs: 16);

        Assert.Equal(Requests, balanced.Count);
        Assert.True(At(inTurn, 0.99) > 4 * At(balanced, 0.99), $"{At(inTurn, 0.99):0} ms in turn, {At(balanced, 0.99):0} ms balanced; shares {string.Join(", ", shares)}");
        Assert.InRange(shares[3], 1, Requests / 50);
    }

    [Fact]
    public void LeastLoaded_AllAlike_SharesEvenly()
    {
        var (_, shares) = new Simulation(5).Run(new LeastLoaded(), [50, 50, 50, 50], Requests, everyMs: 4);

        Assert.All(shares, s => Assert.InRange(s, Requests / 5, Requests * 3 / 10));
    }

    [Fact]
    public void LeastLoaded_SlowOneRecovers_IsTriedAgainWithinTwoMinutes()
    {
        // 60,000 requests, one every 16 ms, are 16 minutes: it is tried about once in 70 s
        var (_, shares) = new Simulation(9).Run(new LeastLoaded(), OneSlow, Requests, everyMs: 16);

        Assert.InRange(shares[3], 8, 400);
    }

    private static double At(List<double> sorted, double share) => sorted[(int)(sorted.Count * share)];
}

using OpenClaw.Gateway.Core.Routing.Pools;

namespace OpenClaw.Core.Tests.Routing.Pools;

public sealed class BalancerTests
{
    [Fact]
    public void Weighted_AnyWeights_IsExactOverTheirSum()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(1, 60)).ToArray();
            var balancer = new Weighted(weights.Length);
            var members = Samples.Members(weights);
            for (var cycle = 0; cycle < 3; cycle++) Assert.Equal(weights, Samples.Shares(balancer, members, weights.Sum()));
        }
    }

    [Fact]
    public void Weighted_NinetyToTen_MixesEvenly()
    {
        var balancer = new Weighted(2);
        var members = Samples.Members(90, 10);

        for (var ten = 0; ten < 30; ten++) Assert.Equal([9, 1], Samples.Shares(balancer, members, 10));
    }

    [Fact]
    public void Weighted_AMemberIsPassedOver_TheOthersKeepTheirShares()
    {
        var balancer = new Weighted(3);
        var all = Samples.Members(50, 30, 20);
        Samples.Shares(balancer, all, 57);

        var shares = Samples.Shares(balancer, [all[0], all[2]], 7_000);

        Assert.Equal(0, shares[1]);
        Assert.InRange(shares[0], 4_998, 5_002);
        Assert.InRange(shares[2], 1_998, 2_002);
    }

    [Fact]
    public async Task Weighted_ManyThreads_IsExact()
    {
        var balancer = new Weighted(3);
        var members = Samples.Members(5, 3, 2);

        var shares = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Samples.Shares(balancer, members, 2_500))));

        Assert.Equal([5_000, 3_000, 2_000], Enumerable.Range(0, 3).Select(i => shares.Sum(s => s[i])));
    }

    [Fact]
    public void RoundRobin_AllThere_TakesTurns()
    {
        var balancer = new RoundRobin();
        var members = Samples.Members(1, 9, 1);

        Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6).Select(_ => balancer.Choose(members)));
    }

    [Fact]
    public void RoundRobin_MembersComeAndGo_WhoIsThereWaitsForOneRoundAtMost()
    {
        var random = new Random(11);
        var balancer = new RoundRobin();
        var all = Samples.Members(1, 1, 1, 1, 1);
        var waited = new int[5];
        for (var i = 0; i < 20_000; i++)
        {
            var there = all.Where(_ => random.Next(3) > 0).ToArray();
            if (there.Length == 0) continue;
            var chosen = there[balancer.Choose(there)].Member;
            for (var m = 0; m < waited.Length; m++) waited[m] = there.Any(c => c.Member == m) ? waited[m] + 1 : 0;
            waited[chosen] = 0;
            Assert.All(waited, w => Assert.InRange(w, 0, 5));
        }
    }

    [Fact]
    public void LeastLoaded_AllEqual_TakesTurns()
    {
        var shares = Samples.Shares(new LeastLoaded(), Samples.Members(1, 1, 1, 1), 400);

        Assert.Equal([100, 100, 100, 100], shares);
    }

    [Fact]
    public void LeastLoaded_OneHasMoreOpen_ChoosesTheOther()
    {
        var members = Samples.Members(1, 1);
        members[0] = members[0].Busy(3, 80);
        members[1] = members[1].Busy(1, 80);

        Assert.Equal([0, 50], Samples.Shares(new LeastLoaded(), members, 50));
    }

    [Fact]
    public void LeastLoaded_OneIsSlow_ChoosesTheQuickUntilItHasManyOpen()
    {
        var members = Samples.Members(1, 1);
        members[0] = members[0].Busy(0, 1_000);

        Assert.Equal(1, new LeastLoaded().Choose([members[0], members[1].Busy(8, 100)]));
        Assert.Equal(0, new LeastLoaded().Choose([members[0], members[1].Busy(11, 100)]));
    }

    [Fact]
    public void LeastLoaded_OneIsFull_ChoosesASlowerOneThatHasRoom()
    {
        var members = Samples.Members(1, 1);

        Assert.Equal(1, new LeastLoaded().Choose([members[0].Busy(16, 100), members[1].Busy(4, 300)]));
    }

    [Fact]
    public void LeastLoaded_MoreRoom_GetsMore()
    {
        var small = Samples.Members(1)[0] with { Capacity = 4 };
        var large = Samples.Members(1, 1)[1] with { Capacity = 16 };

        Assert.Equal(1, new LeastLoaded().Choose([small.Busy(1, 80), large.Busy(3, 80)]));
        Assert.Equal(0, new LeastLoaded().Choose([small.Busy(1, 80), large.Busy(12, 80)]));
    }

    [Fact]
    public void LeastLoaded_OneWasNeverAsked_IsTriedSoon()
    {
        var members = Samples.Members(1, 1);

        Assert.Equal(1, new LeastLoaded().Choose([members[0].Busy(1, 80), members[1]]));
    }

    [Fact]
    public void Why_LeastLoaded_SaysTheFigures() =>
        Assert.Equal("least loaded: 1 open, 80 ms", new LeastLoaded().Why(Samples.Members(1)[0].Busy(1, 80.2)));
}

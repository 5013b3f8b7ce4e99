using OpenClaw.Gateway.Core.Administration.Routing;

namespace OpenClaw.Core.Tests.Administration.Routing;

public sealed class RulePlacesTests
{
    [Fact]
    public void Fill_EndsAndMiddle_Rises()
    {
        var places = RulePlaces.Fill([null, null, 100L << 32, null, 101L << 32, null]);
        Assert.Equal(places.Order().Distinct(), places);
        Assert.Equal((100L << 32, 101L << 32), (places[2], places[4]));
    }

    [Fact]
    public void Fill_NoRoom_MovesFewNeighbours()
    {
        long?[] before = [.. Enumerable.Range(0, 1000).Select(i => i * RulePlaces.Gap)];
        before[500] = before[499] + 1;
        long?[] wanted = [.. before[..500], null, .. before[500..]];
        var places = RulePlaces.Fill([.. wanted]);
        Assert.Equal(places.Order().Distinct(), places);
        Assert.InRange(Enumerable.Range(0, 1001).Count(i => wanted[i] is { } was && was != places[i]), 1, 4);
    }

    /// <summary>Five thousand rules put into the same spot one by one move few others.</summary>
    [Fact]
    public void Fill_AgainAndAgainAtOneSpot_StaysCheap()
    {
        var (places, moved) = (new List<long> { 0, RulePlaces.Gap }, 0);
        for (var i = 0; i < 5_000; i++)
        {
            long?[] wanted = [places[0], null, .. places.Skip(1)];
            var filled = RulePlaces.Fill([.. wanted]);
            moved += Enumerable.Range(0, filled.Length).Count(p => wanted[p] is { } was && was != filled[p]);
            places = [.. filled];
        }

        Assert.Equal(places.Order().Distinct(), places);
        Assert.InRange(moved, 0, 20_000);
    }

    [Theory]
    [InlineData("0,1,2,3", 4)]
    [InlineData("3,0,1,2", 3)]
    [InlineData("1,2,3,0", 3)]
    [InlineData("3,2,1,0", 1)]
    [InlineData("0,-1,1,-1,2", 3)]
    [InlineData("-1,-1", 0)]
    public void RisingRun_Longest_Stays(string numbers, int count) => Assert.Equal(count, RisingRun.Of([.. numbers.Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))]).Count(k => k));
}

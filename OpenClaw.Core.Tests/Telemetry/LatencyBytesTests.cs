using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Telemetry;

public sealed class LatencyBytesTests
{
    [Fact]
    public void AddTo_OfSeveral_IsWhatOneWouldHaveCounted()
    {
        var random = new Random(7);
        var (whole, merged) = (new long[LatencyHistogram.Buckets], new long[LatencyHistogram.Buckets]);
        for (var node = 0; node < 20; node++)
        {
            var counts = new long[LatencyHistogram.Buckets];
            for (var i = 0; i < 400; i++)
            {
                var bucket = LatencyHistogram.BucketOf((long)Math.Exp(random.NextDouble() * 18));
                var many = 1 + random.Next(1 << random.Next(1, 20));
                counts[bucket] += many;
                whole[bucket] += many;
            }

            LatencyBytes.AddTo(merged, LatencyBytes.Write(counts));
            Assert.Equal(whole, merged);
        }

        Assert.Equal(LatencyHistogram.Figures(whole), LatencyHistogram.Figures(merged));
    }

    [Fact]
    public void Write_OfTypicalTraffic_IsShort()
    {
        var counts = new long[LatencyHistogram.Buckets];
        for (var i = 0; i < 15; i++) counts[100 + i] = 90 + i;
        Assert.InRange(LatencyBytes.Write(counts)!.Length, 1, 40);
        Assert.Null(LatencyBytes.Write(new long[LatencyHistogram.Buckets]));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2, 1, 1 })]
    [InlineData(new byte[] { 1, 0xff })]
    [InlineData(new byte[] { 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1 })]
    [InlineData(new byte[] { 1, 0xff, 0x7f, 1 })]
    public void AddTo_OfGarbage_AddsNothing(byte[] bytes)
    {
        var counts = new long[LatencyHistogram.Buckets];
        LatencyBytes.AddTo(counts, bytes);
        Assert.All(counts, c => Assert.Equal(0, c));
    }
}

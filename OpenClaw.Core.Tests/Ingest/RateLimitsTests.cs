using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using static OpenClaw.Core.Tests.Ingest.AdmissionSamples;

namespace OpenClaw.Core.Tests.Ingest;

/// <summary>Limits per user, channel and tenant.</summary>
public sealed class RateLimitsTests
{
    private readonly TestClock _clock = new();
    private readonly RateLimits _limits;

    public RateLimitsTests() => _limits = new(_clock);

    [Fact]
    public void Refuse_NoLimits_Never()
    {
        var channel = Channel("a");
        for (var i = 0; i < 10_000; i++) Assert.Null(_limits.Refuse(channel, "ada"));
    }

    [Fact]
    public void Refuse_Channel_CountsAllItsUsersAndNamesTheSetting()
    {
        var channel = Channel("a") with { RateLimitPerMinute = 6 };
        for (var i = 0; i < 6; i++) Assert.Null(_limits.Refuse(channel, $"u{i}"));
        var refusal = _limits.Refuse(channel, "u7")!.Value;
        Assert.Contains("rateLimitPerMinute of the channel", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), refusal.Wait);
        _clock.Advance(refusal.Wait);
        Assert.Null(_limits.Refuse(channel, "u7"));
        Assert.NotNull(_limits.Refuse(channel, "u8"));
    }

    [Fact]
    public void Refuse_Tenant_CountsAllItsChannels()
    {
        var one = Channel("a", new() { RateLimitPerMinute = 3 });
        var two = one with { Id = Guid.NewGuid() };
        Assert.Null(_limits.Refuse(one, "ada"));
        Assert.Null(_limits.Refuse(two, "bob"));
        Assert.Null(_limits.Refuse(two, "ada"));
        Assert.Contains("rateLimitPerMinute of the tenant", _limits.Refuse(one, "eve")!.Value.Reason, StringComparison.Ordinal);
        Assert.Null(_limits.Refuse(Channel("b", new() { RateLimitPerMinute = 3 }), "eve"));
    }

    [Fact]
    public void Refuse_ByTheTenant_CostsUserAndChannelNothing()
    {
        var channel = Channel("a", new() { RateLimitPerMinute = 1 }) with { RateLimitPerUserPerMinute = 2, RateLimitPerMinute = 2 };
        Assert.Null(_limits.Refuse(channel, "ada"));
        for (var i = 0; i < 5; i++) Assert.Contains("of the tenant", _limits.Refuse(channel, "ada")!.Value.Reason, StringComparison.Ordinal);
        var free = channel with { Tenant = channel.Tenant with { Settings = new() } };
        Assert.Null(_limits.Refuse(free, "ada"));
        Assert.Contains("from one user", _limits.Refuse(free, "ada")!.Value.Reason, StringComparison.Ordinal);
    }
}

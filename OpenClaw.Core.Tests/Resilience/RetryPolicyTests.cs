using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Resilience;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Ceiling_Default_DoublesUpToTheLongest() =>
        Assert.Equal([1d, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(n => RetryPolicy.Default.Ceiling(n).TotalSeconds));

    [Theory]
    [InlineData(1, 0, null, 0.5)]
    [InlineData(1, 1, null, 1)]
    [InlineData(3, 0.5, null, 3)]
    [InlineData(60, 1, null, 30)]
    [InlineData(1, 1, 20, 20)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(1, 1, 86_400, 1_800)]
    public void Delay_ByChanceAndWish_IsBetweenHalfAndAllAndNeverBeforeTheWish(int failed, double chance, int? wish, double seconds) =>
        Assert.Equal(seconds, RetryPolicy.Default.Delay(failed, chance, wish is { } s ? TimeSpan.FromSeconds(s) : null).TotalSeconds, 3);

    [Theory]
    [InlineData("{}", 8, 1, 30)]
    [InlineData("""{"retry":{"attempts":2,"baseDelayMs":0,"maxDelayMs":5000}}""", 2, 0, 5)]
    [InlineData("""{"retry":{"attempts":0}}""", 1, 1, 30)]
    [InlineData("""{"retry":"often"}""", 8, 1, 30)]
    [InlineData("""{"retry":{"attempts":-3,"baseDelayMs":"x"}}""", 8, 1, 30)]
    public void Of_Settings_AbsentAndWrongHaveTheirDefault(string settings, int attempts, int seconds, int longest) =>
        Assert.Equal(new(attempts, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(longest)), RetryPolicy.Of(JsonElement.Parse(settings)));
}

using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Tests.Components;

public sealed class HumanizeTests
{
    [Theory]
    [InlineData(0.42, "0.4 ms")]
    [InlineData(12.3, "12 ms")]
    [InlineData(1_340, "1.3 s")]
    [InlineData(125_000, "2 min 5 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(7_200_000, "2 h")]
    [InlineData(86_400_000, "1 d")]
    [InlineData(3_720_000, "1 h 2 min")]
    [InlineData(90_000_000, "1 d 1 h")]
    [InlineData(-5, "0 ms")]
    public void Duration_Milliseconds_ReadsWell(double milliseconds, string expected) => Assert.Equal(expected, Humanize.Milliseconds(milliseconds));

    [Theory]
    [InlineData(812, "812 B")]
    [InlineData(1_250, "1.3 KB")]
    [InlineData(26_214_400, "26.2 MB")]
    public void Size_Bytes_ReadsWell(long bytes, string expected) => Assert.Equal(expected, Humanize.Size(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.2, "0.2")]
    [InlineData(4_100.4, "4,100")]
    public void Rate_PerSecond_ReadsWell(double rate, string expected) => Assert.Equal(expected, Humanize.Rate(rate));

    [Theory]
    [InlineData("agent_timeout: No answer.", "Agent timeout: No answer.")]
    [InlineData("A sentence: with a colon", "A sentence: with a colon")]
    public void Cause_OfATrace_IsInWords(string error, string expected) => Assert.Equal(expected, Humanize.Cause(error));
}

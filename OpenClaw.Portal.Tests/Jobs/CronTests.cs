using OpenClaw.Portal.Components.Pages.Jobs;
using OpenClaw.Portal.Jobs;

namespace OpenClaw.Portal.Tests.Jobs;

public sealed class CronTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 5, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 30 3 * * ?", "0 30 3 * * ?")]
    [InlineData("  0  30 3\t* * ? ", "0 30 3 * * ?")]
    [InlineData("0 30 3 * * ? 2030", "0 30 3 * * ? 2030")]
    [InlineData("30 3 * * *", "0 30 3 * * ?")]
    [InlineData("*/5 * * * *", "0 */5 * * * ?")]
    [InlineData("15 4 * * 1", "0 15 4 ? * MON")]
    public void Read_RightExpression_IsItsFullForm(string text, string cron)
    {
        var reading = CronText.Read(text);
        Assert.Equal((cron, null), (reading.Cron, reading.Fault));
    }

    [Theory]
    [InlineData("", "A schedule is needed")]
    [InlineData("   ", "A schedule is needed")]
    [InlineData("daily", "five fields")]
    [InlineData("* * * * * * * *", "these are 8")]
    [InlineData("61 * * * *", "'61' is no minute")]
    [InlineData("99 * * * *", "'99' is no minute")]
    [InlineData("0 0 98 * * ?", "'98' is no hour")]
    [InlineData("*/99 * * * *", "'99' is no minute")]
    [InlineData("0 0 3 99 * ?", "'99' is no day of the month")]
    [InlineData("0 0 3 ? 13 2", "'13' is no month")]
    [InlineData("0 0 3 ? * 0", "'0' is no day of the week")]
    [InlineData("0 0 3 * * ? 99999999999", "is no year")]
    [InlineData("0 0 25 * * ?", "25")]
    [InlineData("0 0 3 * * FOO", "FOO")]
    [InlineData("0 0 3 \0 * ?", "")]
    [InlineData("0 0 3 🙂 * ?", "")]
    public void Read_WrongExpression_SaysWhatIsWrong(string text, string told)
    {
        var reading = CronText.Read(text);
        Assert.Null(reading.Cron);
        Assert.Contains(told, reading.Fault, StringComparison.Ordinal);
        Assert.EndsWith(".", reading.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_IsInUtc_AndEndsWithTheExpression()
    {
        Assert.Equal([Now.AddMinutes(5), Now.AddMinutes(10)], CronText.Next("0 */5 * * * ?", Now, 2));
        Assert.Equal([new(2026, 12, 31, 23, 0, 0, TimeSpan.Zero)], CronText.Next("0 0 23 31 12 ? 2026", Now, 5));
        Assert.Empty(CronText.Next("0 0 0 30 2 ?", Now, 5));
        Assert.Empty(CronText.Next("no cron", Now, 5));
    }

    [Theory]
    [InlineData("20 * * * * ?", "Every minute")]
    [InlineData("40 */5 * * * ?", "Every 5 minutes")]
    [InlineData("0 0/15 * * * ?", "Every 15 minutes")]
    [InlineData("0 5/15 * * * *", "Every 15 minutes, from 5 past")]
    [InlineData("0 0 * * * ?", "Every hour")]
    [InlineData("0 1 * * * ?", "Every hour, 1 minute past")]
    [InlineData("0 17 */6 * * ?", "Every 6 hours, 17 minutes past")]
    [InlineData("0 40 3 * * ?", "Every day at 03:40 UTC")]
    [InlineData("0 15 4 ? * MON", "Every Monday at 04:15 UTC")]
    [InlineData("0 15 4 ? * 7", "Every Saturday at 04:15 UTC")]
    [InlineData("0 0 3 1 * ?", "On day 1 of every month at 03:00 UTC")]
    [InlineData("0 */15 2-4 ? * MON", null)]
    [InlineData("* * * * * ?", null)]
    [InlineData("0 0 3 1 1 ?", null)]
    [InlineData("0 0 3 * * ? 2030", null)]
    public void Words_OfCommonSchedules(string cron, string? words) => Assert.Equal(words, CronWords.Of(cron));
}

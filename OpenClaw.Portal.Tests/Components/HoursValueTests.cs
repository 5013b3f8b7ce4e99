using OpenClaw.Portal.Components.Pages.Alerts;

namespace OpenClaw.Portal.Tests.Components;

public sealed class HoursValueTests
{
    [Theory]
    [InlineData("21:30:00", "21:30")]
    [InlineData("21:30", "21:30")]
    [InlineData("soon", "soon")]
    [InlineData(null, null)]
    public void ToJson_AsTheBrowserGivesATime_IsAsTheApiTakesIt(string? given, string? expected) =>
        Assert.Equal(expected, (string?)new HoursValue { On = true, From = given, Zone = "UTC" }.ToJson()!["from"]);
}

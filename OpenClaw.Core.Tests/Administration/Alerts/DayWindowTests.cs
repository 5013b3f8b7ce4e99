using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Core.Tests.Administration.Alerts;

public sealed class DayWindowTests
{
    private const string Night = """{"from":"22:00","to":"07:00","zone":"Europe/Berlin"}""";

    [Theory]
    [InlineData("2026-11-23T20:59:59Z", false)] // 21:59:59 in Berlin
    [InlineData("2026-11-23T21:00:00Z", true)]
    [InlineData("2026-11-23T23:30:00Z", true)] // after midnight
    [InlineData("2026-11-24T05:59:59Z", true)]
    [InlineData("2026-11-24T06:00:00Z", false)]
    [InlineData("2026-07-23T19:59:59Z", false)] // summer time
    [InlineData("2026-07-23T20:00:00Z", true)]
    public void Holds_OverMidnight_IsByTheClocksOfThePlace(string now, bool holds) => Assert.Equal(holds, Of(Night).Holds(At(now)));

    [Theory]
    [InlineData("2026-11-27T22:00:00Z", true)] // Friday night
    [InlineData("2026-11-28T05:00:00Z", true)] // its end on Saturday
    [InlineData("2026-11-28T22:00:00Z", false)] // Saturday night
    public void Holds_OnDays_CountsTheDayOnWhichItBegins(string now, bool holds) =>
        Assert.Equal(holds, Of("""{"from":"22:00","to":"07:00","zone":"Europe/Berlin","days":["fri"]}""").Holds(At(now)));

    // Berlin: clocks go from 02:00 to 03:00 on 2026-03-29 at 01:00 UTC
    [Theory]
    [InlineData("02:30", "05:00", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:30", "05:00", "2026-03-29T01:00:00Z", true)] // 02:30 does not come: it begins with the change
    [InlineData("22:00", "02:30", "2026-03-29T00:59:59Z", true)]
    [InlineData("22:00", "02:30", "2026-03-29T01:00:00Z", false)]
    [InlineData("22:00", "07:00", "2026-03-29T04:59:59Z", true)] // an hour shorter
    [InlineData("22:00", "07:00", "2026-03-29T05:00:00Z", false)]
    public void Holds_WhenClocksGoForward_HasNoGap(string from, string to, string now, bool holds) => Assert.Equal(holds, Of(Window(from, to)).Holds(At(now)));

    // Berlin: clocks go from 03:00 back to 02:00 on 2026-10-25 at 01:00 UTC
    [Theory]
    [InlineData("02:30", "05:00", "2026-10-25T00:29:59Z", false)]
    [InlineData("02:30", "05:00", "2026-10-25T00:30:00Z", true)] // the first 02:30
    [InlineData("02:30", "05:00", "2026-10-25T01:10:00Z", true)] // 02:10 for the second time: it goes on
    [InlineData("22:00", "02:30", "2026-10-25T00:45:00Z", true)] // the first 02:45
    [InlineData("22:00", "02:30", "2026-10-25T01:29:59Z", true)]
    [InlineData("22:00", "02:30", "2026-10-25T01:30:00Z", false)] // the last 02:30
    [InlineData("22:00", "07:00", "2026-10-25T05:59:59Z", true)] // an hour longer
    [InlineData("22:00", "07:00", "2026-10-25T06:00:00Z", false)]
    public void Holds_WhenClocksGoBack_DoesNotFlap(string from, string to, string now, bool holds) => Assert.Equal(holds, Of(Window(from, to)).Holds(At(now)));

    [Fact]
    public void Since_WhileItHolds_IsItsBeginning()
    {
        Assert.Equal(At("2026-11-23T21:00:00Z"), Of(Night).Since(At("2026-11-24T03:00:00Z")));
        Assert.Null(Of(Night).Since(At("2026-11-24T12:00:00Z")));
    }

    [Theory]
    [InlineData("""{"to":"07:00","zone":"UTC"}""", "quiet.from")]
    [InlineData("""{"from":"7","to":"07:00","zone":"UTC"}""", "quiet.from")]
    [InlineData("""{"from":"24:00","to":"07:00","zone":"UTC"}""", "quiet.from")]
    [InlineData("""{"from":"22:00","to":"22:00","zone":"UTC"}""", "quiet.to")]
    [InlineData("""{"from":"22:00","to":"07:00"}""", "quiet.zone")]
    [InlineData("""{"from":"22:00","to":"07:00","zone":"Mars/Olympus"}""", "quiet.zone")]
    [InlineData("""{"from":"22:00","to":"07:00","zone":"UTC","days":[]}""", "quiet.days")]
    [InlineData("""{"from":"22:00","to":"07:00","zone":"UTC","days":["monday"]}""", "quiet.days")]
    [InlineData("""{"from":"22:00","to":"07:00","zone":"UTC","until":1}""", "quiet.until")]
    public void Read_WhatIsWrong_IsSaidAtItsField(string json, string field)
    {
        var errors = new FieldErrors();
        DayWindow.Read(JsonElement.Parse(json), "quiet", errors);
        Assert.Equal([field], errors.ToDictionary().Keys);
    }

    private static string Window(string from, string to) => $$"""{"from":"{{from}}","to":"{{to}}","zone":"Europe/Berlin"}""";

    private static DayWindow Of(string json) => DayWindow.Of(JsonElement.Parse(json))!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}

using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Conversations;

namespace OpenClaw.Portal.Tests.Components;

public sealed class ListQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToQuery_ReadBack_IsTheSame()
    {
        var query = new ListQuery
        {
            Text = "a&b=ü ", State = "dormant", Trouble = "dead", Channel = Guid.NewGuid(), Agent = Guid.NewGuid(), User = "tg:1/2", From = Now.AddDays(-1), To = Now,
        };
        Assert.Equal(query with { Text = "a&b=ü" }, ListQuery.OfQuery("?" + query.ToQuery()));
        Assert.Equal("", new ListQuery().ToQuery());
    }

    [Theory]
    [InlineData("?state=nonsense&trouble=x&channel=1&from=yesterday&text=%20")]
    [InlineData("?after=abc&message=1")]
    [InlineData("")]
    public void OfQuery_WhatIsNoValue_IsPassedOver(string query) => Assert.False(ListQuery.OfQuery(query).IsFiltered);

    [Fact]
    public void ToFilter_WithoutAState_LeavesArchivedOnesOut()
    {
        Assert.True(new ListQuery().ToFilter(Now).IsLive);
        Assert.False(new ListQuery { State = ListQuery.AnyState }.ToFilter(Now).IsLive);
        Assert.Equal((SessionState.Archived, false), (new ListQuery { State = "archived" }.ToFilter(Now).State, new ListQuery { State = "archived" }.ToFilter(Now).IsLive));
        Assert.Equal(SessionFilter.Troubles, ListQuery.Troubles.Select(t => t.Value));
        var waits = new ListQuery { Trouble = "operator" }.ToFilter(Now);
        Assert.Equal((true, Now), (waits.IsTaken, waits.WaitingSince));
        Assert.Equal(Now.AddMinutes(-1), new ListQuery { Trouble = "waiting" }.ToFilter(Now).WaitingSince);
    }
}

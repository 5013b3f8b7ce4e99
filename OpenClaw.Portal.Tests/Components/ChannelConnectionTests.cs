using Bunit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Portal.Components.Controls.Data;
using OpenClaw.Portal.Components.Pages.Channels;
using OpenClaw.Portal.Tests.Components.Controls;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>What people see of a channel's connection.</summary>
public sealed class ChannelConnectionTests : ControlTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Connection_ThatFailed_SaysWhatHappenedWhatToDoAndWhenItIsTriedAgain()
    {
        var restarted = 0;
        var panel = Context.Render<ConnectionPanel>(p => p
            .Add(c => c.Connection, new ConnectionView("failed", At, "@helper_bot", At, At.AddHours(6), At.AddMinutes(-1)))
            .Add(c => c.Status, Status("failing") with { Cause = "token_refused", Detail = "Telegram does not know this token.", Fix = "Get the token from @BotFather." })
            .Add(c => c.MayRestart, true).Add(c => c.Restart, () => restarted++));
        var notice = panel.Find(".notice.bad").TextContent;
        Assert.Contains("Telegram does not know this token.", notice, StringComparison.Ordinal);
        Assert.Contains("Get the token from @BotFather.", notice, StringComparison.Ordinal);
        Assert.Contains("2026-11-23 18:00", panel.Find(".facts").TextContent, StringComparison.Ordinal);
        Assert.Contains("may be missing", panel.Markup, StringComparison.Ordinal);
        panel.Find(".notice button").Click();
        Assert.Equal(1, restarted);
    }

    [Fact]
    public void Connection_ThatIsThere_SaysAsWhomAndNothingElse()
    {
        var panel = Context.Render<ConnectionPanel>(p => p.Add(c => c.Connection, new ConnectionView("connected", At, "@helper_bot", At, null, null)).Add(c => c.Status, Status("running")));
        Assert.Contains("@helper_bot", panel.Find(".facts").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll(".notice, button"));
    }

    [Fact]
    public void Connection_ThatFailed_ForSomebodyWhoMayOnlyLook_HasNoButton()
    {
        var panel = Context.Render<ConnectionPanel>(p => p
            .Add(c => c.Connection, new ConnectionView("retrying", At, null, null, At, null)).Add(c => c.Status, Status("failing") with { Cause = "unreachable", Detail = "Nobody answers." }));
        Assert.Empty(panel.FindAll("button"));
    }

    [Fact]
    public void Limits_HaveMetersWithTheirNames()
    {
        var panel = Context.Render<LimitsPanel>(p => p.Add(c => c.Limits, [new LimitView("Messages to all chats", 30, 12, 1, null, null), new LimitView("Messages to one group", 20, 0, 60, null, At)]));
        var meters = panel.FindAll("meter");
        Assert.Equal(["12", "0"], meters.Select(m => m.GetAttribute("value")));
        Assert.Equal("Messages to all chats", panel.Find($"#{meters[0].GetAttribute("aria-labelledby")}").TextContent);
        Assert.Contains("12 of 30 left, each second", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("asked for a pause", panel.FindAll("li")[1].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Plain.", "Plain.", null)]
    [InlineData("Write to https://t.me/helper_bot.", "Write to https://t.me/helper_bot.", "https://t.me/helper_bot")]
    [InlineData("(https://discord.com/oauth2/authorize?client_id=1&scope=bot) invites it", "(https://discord.com/oauth2/authorize?client_id=1&scope=bot) invites it", "https://discord.com/oauth2/authorize?client_id=1&scope=bot")]
    [InlineData("http is no address, nor is httpx://y", "http is no address, nor is httpx://y", null)]
    [InlineData("", "", null)]
    public void Text_WithAnAddress_CanBeFollowed(string text, string shown, string? address)
    {
        var words = Context.Render<TextWithLinks>(p => p.Add(t => t.Text, text));
        Assert.Equal(shown, string.Concat(words.Nodes.Select(n => n.TextContent)));
        Assert.Equal(address is null ? [] : [address], words.FindAll("a").Select(a => a.GetAttribute("href")));
    }

    private static ChannelStatus Status(string state) => new(state, 0, 0, 0, 0, 0, 0, 0);
}

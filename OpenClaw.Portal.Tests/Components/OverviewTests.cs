using Bunit;
using NSubstitute;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Components.Pages.Overview;

namespace OpenClaw.Portal.Tests.Components;

public sealed class OverviewTests : IAsyncLifetime
{
    private PageContext _context = null!;

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        Show(0);
    }

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public void Overview_Quiet_SaysThatAllIsWell()
    {
        var page = Render();
        Assert.Contains("Everything that came in is being answered.", page.WaitForElement(".attention").TextContent, StringComparison.Ordinal);
        Assert.Equal("Web chat", page.Find("tbody a").TextContent);
    }

    [Fact]
    public async Task Overview_DeadLetters_StandFirstAndLeadToThem()
    {
        await _context.Database.AddSessionAsync("Ada", ["First"], dead: true);
        var link = Render().WaitForElement(".attention a.notice");
        Assert.Contains("1 message could not go on.", link.TextContent, StringComparison.Ordinal);
        Assert.Equal("t/acme/dead-letters?state=open", link.GetAttribute("href"));
    }

    [Fact]
    public void Overview_JournalFault_IsTold()
    {
        _context.Health.Fault.Returns("The disk is full since 10:00. Make room.");
        Assert.Contains("The disk is full", Render().WaitForElement(".attention [role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_EachSecond_ShowsNewFigures()
    {
        var page = Render();
        page.WaitForElement(".tile");
        Show(42);
        _context.TickUntil(TimeSpan.FromSeconds(1), () => page.Find(".tile .value").TextContent == "42");
    }

    private IRenderedComponent<Overview> Render() => _context.Render<Overview>(p => p.Add(o => o.Slug, "acme"));

    private void Show(double rate) => _context.Figures.Snapshot(_context.Database.Tenant.Id).Returns(new LiveSnapshot
    {
        At = DateTimeOffset.UnixEpoch,
        Latency = default,
        LastMinute = new int[60],
        Channels = [new(_context.Database.Channel.Id, rate, rate, rate, default, 0, 0, 0, 0)],
    });
}

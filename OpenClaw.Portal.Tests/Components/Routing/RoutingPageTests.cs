using Bunit;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tests.Components.Routing;

public sealed class RoutingPageTests : IAsyncLifetime
{
    private RoutingContext _context = null!;

    public async Task InitializeAsync() => _context = await RoutingContext.CreateAsync();

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public void List_NoRule_OffersTheFirst()
    {
        var page = _context.List();
        Assert.Contains("No rule yet", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Equal("t/acme/routing/new", page.Find(".empty a.primary").GetAttribute("href"));
    }

    [Fact]
    public async Task List_Draft_ShowsOrderSentencesAndWhatIsUnpublished()
    {
        await _context.DraftAsync("Refunds", "refund");
        await _context.DraftAsync("Rest");
        var page = _context.List();
        Assert.Equal(["Refunds", "Rest"], page.FindAll(".rule-name a").Select(a => a.TextContent));
        Assert.Contains("Messages that contain “refund”", page.Find(".rule-says").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 changes unpublished", page.Find(".draft").TextContent, StringComparison.Ordinal);
        Assert.Contains("bob@example.com", page.Find(".draft").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_RuleBehindOneThatTakesAll_IsMarkedWithTheReason()
    {
        await _context.DraftAsync("Everything");
        await _context.DraftAsync("Refunds", "refund");
        var warning = Assert.Single(_context.List().FindAll(".rule-warning")).TextContent;
        Assert.Contains("Never decides", warning, StringComparison.Ordinal);
        Assert.Contains("Everything", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_Button_ChangesTheDraft()
    {
        await _context.DraftAsync("A");
        await _context.DraftAsync("B");
        var page = _context.List();
        await page.Find("[aria-label='Move B up']").ClickAsync(new());
        Assert.Equal(["B", "A"], (await _context.ReadAsync()).Rules.Select(r => r.Rule.Name));
        Assert.Equal(["B", "A"], page.FindAll(".rule-name a").Select(a => a.TextContent));
    }

    [Fact]
    public async Task Switch_TurnsARuleOff()
    {
        await _context.DraftAsync("A");
        var page = _context.List();
        await page.Find("[aria-label='A enabled']").ClickAsync(new());
        Assert.False(Assert.Single((await _context.ReadAsync()).Rules).Rule.Enabled);
        page.WaitForAssertion(() => Assert.Contains("Off", page.Find(".rule-name").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_AnotherEdits_ShowsByItself()
    {
        var page = _context.List();
        await _context.DraftAsync("By Bob");
        page.WaitForAssertion(() => Assert.Contains("By Bob", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_ManyRules_ComesInPages()
    {
        for (var i = 1; i <= 120; i++) await _context.DraftAsync($"Rule {i}");
        Assert.Equal(100, _context.List().FindAll(".rule").Count);
        var second = _context.List("?page=2");
        Assert.Equal(("101", "Rule 101"), (second.Find(".place").TextContent, second.Find(".rule-name a").TextContent));
        Assert.Equal("Rule 77", Assert.Single(_context.List("?q=rule%2077").FindAll(".rule-name a")).TextContent);
    }

    [Fact]
    public async Task List_AsViewer_CannotChange()
    {
        await using var context = await RoutingContext.CreateAsync(TenantRole.Viewer);
        await context.DraftAsync("A");
        var page = context.List();
        Assert.Empty(page.FindAll(".switch, .sortable-moves, a.primary, [aria-label^=Delete]"));
        Assert.Contains("Show changes", page.Find(".draft").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_ShowsWhatChanges()
    {
        await _context.DraftAsync("Refunds", "refund");
        var page = _context.List();
        await page.Find(".draft .primary").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("Messages that contain “refund” → Echo", page.Find(".changes").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tester_OnTheDraft_SaysWhichRuleAndWhyNotTheOthers()
    {
        await _context.DraftAsync("Refunds", "refund");
        await _context.DraftAsync("Rest");
        var page = _context.List("?tab=tester");
        page.Find("#tester-text").Change("hello");
        await page.Find("form.question").SubmitAsync();
        Assert.Contains("Echo", page.Find(".decision .target").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Does not hold", "Decides"], page.FindAll(".verdicts .chip").Select(c => c.TextContent.Trim()));
        Assert.Contains("'refund'", page.Find(".why").TextContent, StringComparison.Ordinal);
    }
}

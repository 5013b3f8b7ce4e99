using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Pages.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Tests.Components;

public sealed class ConversationsTests : IAsyncLifetime
{
    private PageContext _context = null!;

    public async Task InitializeAsync() => _context = await PageContext.CreateAsync();

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public void List_NoSession_SaysWhatToDo()
    {
        var page = Render();
        page.WaitForElement(".empty");
        Assert.Contains("No conversation yet", page.Markup, StringComparison.Ordinal);
        Assert.NotNull(page.Find("a[href='/t/acme/welcome']"));
    }

    [Fact]
    public async Task List_WithSessions_ShowsWhoWhereAndState()
    {
        await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        var row = Render().WaitForElement("a.row");
        Assert.Equal("Ada", row.QuerySelector(".who")!.TextContent);
        Assert.Contains("Web chat · 2 messages · Echo", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Active", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_FilterThatMatchesNothing_OffersToClear()
    {
        await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        Go("/t/acme/conversations?text=nowhere");
        var page = Render();
        page.WaitForElement(".empty");
        Assert.Contains("Nothing matches", page.Markup, StringComparison.Ordinal);
        Assert.EndsWith("/t/acme/conversations", page.Find("a.clear").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_Chosen_StandsInTheAddress()
    {
        var page = Render();
        page.Find("select[aria-label='State']").Change("dormant");
        Assert.EndsWith("?state=dormant", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void List_BrokenCursor_SaysSo()
    {
        Go("/t/acme/conversations?after=broken");
        Assert.Contains("Clear the filters", Render().WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NewSession_AppearsByItself()
    {
        var page = Render();
        page.WaitForElement(".empty");
        await _context.Database.AddSessionAsync("Grace", ["Hello"]);
        _context.Bus.Publish(_context.Database.Tenant.Id, EventTypes.SessionCreated, null, null, null);
        _context.TickUntil(LiveRefreshes.Interval, () => page.FindAll("a.row").Count == 1);
    }

    [Fact]
    public async Task Transcript_OfASession_ShowsBothSidesWithTheAgentNamed()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First", "Second"]);
        var page = Render(id);
        page.WaitForElement("article");
        Assert.Equal(["First", "First", "Second", "Second"], page.FindAll("article .text").Select(t => t.TextContent));
        Assert.Equal("Echo", page.Find("article.agent .author").TextContent.Trim());
        Assert.Contains("Answered in 1 s", page.Find("article.user .stage").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transcript_DeadMessage_ShowsTheCause()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First", "Second"], dead: true);
        Assert.Equal("Agent timeout: No answer within 60 seconds.", Render(id).WaitForElement(".notice.dead").TextContent.Trim());
    }

    [Fact]
    public async Task Stage_Clicked_OpensTheTimelineAndStandsInTheAddress()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First"]);
        var page = Render(id);
        page.WaitForElement("article.user button.stage").Click();
        Assert.Contains("message=", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForElement(".timeline li");
        Assert.Equal(["Received and stored", "Routed", "Given to the agent", "Answered", "Delivered"], page.FindAll(".timeline .what").Select(w => w.TextContent));
        Assert.Contains("The tenant's default agent.", page.Find(".timeline").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Transcript_UnknownSession_SaysSo() =>
        Assert.Contains("No such conversation", Render(Guid.NewGuid()).WaitForElement(".detail-pane .empty").TextContent, StringComparison.Ordinal);

    private NavigationManager Navigation => _context.Services.GetRequiredService<NavigationManager>();

    private void Go(string address) => Navigation.NavigateTo(address);

    private IRenderedComponent<Conversations> Render(Guid? session = null)
    {
        if (session is { } id) Go($"/t/acme/conversations/{id}");
        return _context.Render<Conversations>(p => p.Add(c => c.Slug, "acme").Add(c => c.Id, session));
    }
}

using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Tests.Components;

public sealed class ConversationsTests : IAsyncLifetime
{
    private PageContext _context = null!;

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        await _context.SignInAsync(TenantRole.Viewer);
    }

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public void List_NoSession_SaysWhatToDo()
    {
        var page = Render();
        page.WaitForElement(".empty");
        Assert.Contains("No conversation yet", page.Markup, StringComparison.Ordinal);
        Assert.NotNull(page.Find("a[href='t/acme/welcome']"));
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
        Assert.Equal("t/acme/conversations", page.Find(".empty a").GetAttribute("href"));
        Assert.Equal("t/acme/archive?text=nowhere", page.Find(".search-state a").GetAttribute("href"));
        Assert.Equal("All conversations were searched.", page.Find(".search-state p").TextContent);
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

    [Fact]
    public async Task List_ArchivedSessions_AreShownWhenAskedFor()
    {
        await _context.Database.AddSessionAsync("Ada", ["Hello"], state: SessionState.Archived);
        var page = Render();
        page.WaitForElement(".empty");
        page.Find("select[aria-label='State']").Change(ListQuery.AnyState);
        Assert.Contains("Archived", page.WaitForElement("a.row").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Ticked_StaysTickedWhenOthersComeIn()
    {
        await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        var page = Render();
        page.WaitForElement("input[aria-label='Select Ada']").Click();
        await _context.Database.AddSessionAsync("Grace", ["Hello"]);
        _context.Bus.Publish(_context.Database.Tenant.Id, EventTypes.SessionCreated, null, null, null);
        _context.TickUntil(LiveRefreshes.Interval, () => page.FindAll("a.row").Count == 2);
        Assert.True(page.Find("input[aria-label='Select Ada']").HasAttribute("checked"));
        Assert.False(page.Find("input[aria-label='Select Grace']").HasAttribute("checked"));
    }

    [Fact]
    public async Task Transcript_OfAThousandEntries_HoldsAPartAndGoesBothWays()
    {
        var id = await _context.Database.AddSessionAsync("Ada", [.. Enumerable.Range(1, 500).Select(i => $"text {i}")]);
        Go($"/t/acme/conversations/{id}?at=400");
        var page = Render(id, navigate: false);
        page.WaitForElement("article.found");
        Assert.Equal("400", page.Find("article.found").GetAttribute("data-seq"));
        Assert.Equal(("351", "450"), Ends(page));
        Assert.Equal("false", page.Find(".entries").GetAttribute("data-tail"));
        for (var i = 0; i < 7; i++) await page.FindAll(".edge button").First(b => b.TextContent == "Earlier messages").ClickAsync(new());
        Assert.Equal(("1", "300"), Ends(page));
        await page.FindAll(".edge button").First(b => b.TextContent == "Later messages").ClickAsync(new());
        Assert.Equal(("51", "350"), Ends(page));
        await page.Find("button.to-end").ClickAsync(new());
        Assert.Equal(("951", "1000"), Ends(page));
        Assert.Equal("true", page.Find(".entries").GetAttribute("data-tail"));
        await page.FindAll(".edge button").First(b => b.TextContent == "To the first").ClickAsync(new());
        Assert.Equal(("1", "50"), Ends(page));
    }

    [Fact]
    public async Task Transcript_OfAHit_BeginsWhereTheWordWasSaidLast()
    {
        var id = await _context.Database.AddSessionAsync("Ada", [.. Enumerable.Range(1, 200).Select(i => i is 30 or 90 ? $"100% nEEdle {i}" : $"text {i}")]);
        Go($"/t/acme/conversations/{id}?text=0%25%20needle");
        var page = Render(id, navigate: false);
        Assert.Equal("180", page.WaitForElement("article.found").GetAttribute("data-seq"));
        Assert.Contains("in 4 messages", page.Find(".find-bar").TextContent, StringComparison.Ordinal);
        Assert.Equal(["at=179", null], page.FindAll(".find-bar a").Select(a => a.GetAttribute("href")?.Split('&', '?').Last()));
    }

    [Fact]
    public async Task Raw_AsViewer_HidesWhoSpoke()
    {
        var id = await _context.Database.AddSessionAsync("Ada Lovelace", ["I am ada lovelace"]);
        var page = Render(id);
        page.WaitForElement("article.user button.stage").Click();
        page.WaitForElement("details.raw").TriggerEvent("ontoggle", EventArgs.Empty);
        page.WaitForElement("details.raw .json");
        Assert.DoesNotContain("lovelace", page.Find("details.raw").TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("I am [personal data]", page.Find("details.raw").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panel_Open_LeadsToTheUsersOtherConversations()
    {
        var other = await _context.Database.AddSessionAsync("Ada", ["Before"]);
        var archived = await _context.Database.AddSessionAsync("Ada", ["Long ago"], state: SessionState.Archived);
        await _context.Database.AddSessionAsync("Bob", ["Else"]);
        var id = await _context.Database.AddSessionAsync("Ada", ["Now"]);
        Go($"/t/acme/conversations/{id}?panel=info");
        var links = Render(id, navigate: false).WaitForElement(".related").QuerySelectorAll("a").Select(a => a.GetAttribute("href")).ToHashSet();
        Assert.Equal([$"t/acme/conversations/{other}?panel=info", $"t/acme/archive/{archived}"], links);
    }

    [Fact]
    public async Task Transcript_LateAnswer_NamesItsQuestionAndIsLinkedFromIt()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First", "Second", "Third"]);
        await AddReplyAsync(id, seq: 7, question: 1, "Here it is after all");
        await AddReplyAsync(id, seq: 8, question: 1, "And more of it");
        var page = Render(id);
        var quote = page.WaitForElement("article[data-seq='7'] a.quoted");
        Assert.Equal("First", quote.QuerySelector("q")!.TextContent);
        Assert.EndsWith("?at=1", quote.GetAttribute("href"), StringComparison.Ordinal);
        Assert.EndsWith("?at=7", page.Find("article[data-seq='1'] a.later").GetAttribute("href"), StringComparison.Ordinal);
        // once is enough, and what stands under its question needs nothing
        Assert.Single(page.FindAll("a.quoted"));
        Assert.Single(page.FindAll("a.later"));
    }

    [Fact]
    public async Task Transcript_LateAnswerFarBelow_IsLinkedFromItsQuestion()
    {
        var id = await _context.Database.AddSessionAsync("Ada", [.. Enumerable.Range(0, 100).Select(i => $"Text {i}")]);
        await using (var db = _context.Database.System.Create())
        {
            // the first question lost its own answer, and had one at the end
            await db.Messages.Where(m => m.SessionId == id && m.Seq == 2).ExecuteUpdateAsync(s => s.SetProperty(m => m.InReplyToSeq, (long?)null));
        }

        await AddReplyAsync(id, seq: 201, question: 1, "Late");
        Go($"/t/acme/conversations/{id}?at=1");
        var page = Render(id, navigate: false);
        Assert.EndsWith("?at=201", page.WaitForElement("article[data-seq='1'] a.later").GetAttribute("href"), StringComparison.Ordinal);
        Go($"/t/acme/conversations/{id}");
        Assert.Equal("Text 0", Render(id, navigate: false).WaitForElement("article[data-seq='201'] a.quoted q").TextContent);
    }

    [Fact]
    public async Task Transcript_WaitingForItsNextTry_SaysSo()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First"]);
        await using (var db = _context.Database.System.Create())
        {
            await db.Messages.Where(m => m.SessionId == id && m.Seq == 1).ExecuteUpdateAsync(s => s.SetProperty(m => m.State, MessageState.Accepted).SetProperty(m => m.Pending, PendingWork.Handle)
                .SetProperty(m => m.DueAt, new DateTimeOffset(2026, 11, 22, 10, 0, 30, TimeSpan.Zero)).SetProperty(m => m.Attempts, 3));
        }

        var line = Render(id).WaitForElement("article[data-seq='1'] button.stage");
        Assert.Contains("Try 3 failed, tries again", line.TextContent, StringComparison.Ordinal);
        Assert.Equal("2026-11-22T10:00:30.000Z", line.QuerySelector("local-time")!.GetAttribute("datetime"));
    }

    [Fact]
    public async Task Typing_Told_ShowsForAWhile()
    {
        var id = await _context.Database.AddSessionAsync("Ada", ["First"]);
        var page = Render(id);
        page.WaitForElement("article");
        _context.Bus.Publish(_context.Database.Tenant.Id, EventTypes.SessionUpdated, null, id, new { typing = true });
        // small steps: what is told of lasts some seconds only
        _context.TickUntil(TimeSpan.FromMilliseconds(1), () => page.Find(".typing").TextContent == "Ada is typing…");
        _context.TickUntil(TimeSpan.FromSeconds(1), () => page.Find(".typing").TextContent.Length == 0);
    }

    private async Task AddReplyAsync(Guid session, long seq, long question, string text)
    {
        var (position, id) = new MessagePosition(TimeProvider.System).Next();
        await _context.Database.AddAsync(new Message
        {
            Position = position + seq, Id = id, TenantId = _context.Database.Tenant.Id, ChannelId = _context.Database.Channel.Id, SessionId = session, Seq = seq, From = MessageFrom.Agent, Text = text,
            At = new(2026, 11, 22, 11, 0, 0, TimeSpan.Zero), State = MessageState.Answered, AgentId = _context.Database.Agent.Id, InReplyToSeq = question,
        });
    }

    private static (string?, string?) Ends(IRenderedComponent<Conversations> page) =>
        (page.FindAll("article")[0].GetAttribute("data-seq"), page.FindAll("article")[^1].GetAttribute("data-seq"));

    private NavigationManager Navigation => _context.Services.GetRequiredService<NavigationManager>();

    private void Go(string address) => Navigation.NavigateTo(address);

    private IRenderedComponent<Conversations> Render(Guid? session = null, bool navigate = true)
    {
        if (navigate && session is { } id) Go($"/t/acme/conversations/{id}");
        return _context.Render<Conversations>(p => p.Add(c => c.Slug, "acme").Add(c => c.Id, session));
    }
}

using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Pages.Conversations;

namespace OpenClaw.Portal.Tests.Components;

public sealed class ConversationActingTests : IAsyncLifetime
{
    private PageContext _context = null!;

    public async Task InitializeAsync() => _context = await PageContext.CreateAsync();

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Session_ForAViewer_OffersExportsAndSaysWhoActs()
    {
        await _context.SignInAsync(TenantRole.Viewer);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        var page = Render(id);
        var menu = page.WaitForElement(".detail-head .menu-list");
        Assert.Contains("ask an admin", menu.TextContent, StringComparison.Ordinal);
        Assert.Equal(["txt", "json", "csv"], menu.QuerySelectorAll("a").Select(a => a.GetAttribute("href")!.Split("format=")[1]));
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("Take over", StringComparison.Ordinal));
        page.Find("input[aria-label='Select Ada']").Click();
        Assert.DoesNotContain(page.FindAll(".list-tools button"), b => b.TextContent.StartsWith("Close", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TakeOver_Free_IsDoneForThePerson()
    {
        var person = await _context.SignInAsync(TenantRole.Operator);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        _context.Control.Answer = async session =>
        {
            await ChangeAsync(session, s => (s.TakenById, s.TakenByName, s.TakenAt) = (person, "me", _context.Clock.GetUtcNow()));
            return ControlOutcome.Done;
        };
        var page = Render(id);
        page.WaitForElement(".detail-head button").Click();
        page.WaitForElement("form.composer");
        Assert.Contains("You answer", page.Find(".bar").TextContent, StringComparison.Ordinal);
        Assert.Equal([$"take {id} {person}"], _context.Control.Told);
    }

    [Fact]
    public async Task TakeOver_FromAnother_AsksFirst()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        await ChangeAsync(id, s => (s.TakenById, s.TakenByName, s.TakenAt) = (Guid.NewGuid(), "Grace", _context.Clock.GetUtcNow()));
        var page = Render(id);
        Assert.Contains("Grace answers", page.WaitForElement(".bar").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form.composer"));
        Assert.Contains("Operator", page.Find("a.row").TextContent, StringComparison.Ordinal);
        page.Find(".detail-head button").Click();
        var confirm = (Confirm)_context.Services.GetRequiredService<IConfirm>();
        PageContext.Until(() => confirm.Current is not null);
        Assert.Equal("Take it from Grace?", confirm.Current!.Title);
        await page.InvokeAsync(() => confirm.Answer(confirm.Current, yes: false));
        Assert.Empty(_context.Control.Told);
    }

    [Fact]
    public async Task Send_Refused_KeepsTheTextAndSaysWhy()
    {
        var person = await _context.SignInAsync(TenantRole.Operator);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        await ChangeAsync(id, s => (s.TakenById, s.TakenByName, s.TakenAt) = (person, "me", _context.Clock.GetUtcNow()));
        _context.Writer.AppendAsync(default, default, default, default!, default, default).ReturnsForAnyArgs(AppendOutcome.Refused(AppendRefusal.Overloaded, "Too much at once. Try again in a second."));
        var page = Render(id);
        page.WaitForElement("textarea").Change("I am here");
        page.Find("form.composer").Submit();
        Assert.Equal("It was not sent. Too much at once. Try again in a second.", page.WaitForElement(".fault").TextContent);
        _context.Writer.AppendAsync(default, default, default, default!, default, default).ReturnsForAnyArgs(AppendOutcome.Appended([Guid.NewGuid()]));
        page.Find("form.composer").Submit();
        page.WaitForState(() => page.FindAll(".fault").Count == 0);
        await _context.Writer.Received().AppendAsync(
            _context.Database.Tenant.Id, id, MessageFrom.Operator, Arg.Is<IReadOnlyList<AgentReply>>(m => m.Single().Text.ToString() == "I am here"), null, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Bulk_SomeFail_TheRestIsDoneAndTheFailedStayTicked()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var done = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        var refused = await _context.Database.AddSessionAsync("Grace", ["Hello"]);
        _context.Control.Answer = id => Task.FromResult(id == refused ? ControlOutcome.Refused("The conversation is in the archive.") : ControlOutcome.Done);
        var page = Render(null);
        page.WaitForState(() => page.FindAll("a.row").Count == 2);
        page.FindAll(".list-tools button").First(b => b.TextContent.Contains("Select all", StringComparison.Ordinal)).Click();
        Assert.Equal("2 selected", page.Find(".chosen").TextContent);
        page.FindAll(".list-tools button").First(b => b.TextContent == "Close…").Click();
        var confirm = (Confirm)_context.Services.GetRequiredService<IConfirm>();
        PageContext.Until(() => confirm.Current is not null);
        await page.InvokeAsync(() => confirm.Answer(confirm.Current!, yes: true));
        page.WaitForState(() => page.FindAll("dialog .plain-list li").Count == 1);
        Assert.Equal("1 of 2 done, 1 not:", page.Find("dialog [role=status]").TextContent);
        Assert.Equal("Grace: The conversation is in the archive.", page.Find("dialog .plain-list li").TextContent);
        page.WaitForState(() => page.Find(".chosen").TextContent == "1 selected");
        Assert.Equal(new[] { $"close {done}", $"close {refused}" }.Order(), _context.Control.Told.Order());
    }

    [Fact]
    public async Task Ended_Session_OffersToOpenItAgain()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"], state: SessionState.Expired);
        await ChangeAsync(id, s => s.EndedAt = _context.Clock.GetUtcNow());
        var page = Render(id);
        Assert.Contains("Closed", page.WaitForElement(".bar").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".detail-head .menu-list button"), b => b.TextContent == "Open again");
        Assert.DoesNotContain(page.FindAll(".detail-head button"), b => b.TextContent.StartsWith("Take over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Notes_Added_AreListed()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var id = await _context.Database.AddSessionAsync("Ada", ["Hello"]);
        _context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/t/acme/conversations/{id}?panel=notes");
        var page = _context.Render<Conversations>(p => p.Add(c => c.Slug, "acme").Add(c => c.Id, id));
        page.WaitForElement(".side-panel textarea").Change("Call him back");
        page.Find(".side-panel form").Submit();
        page.WaitForElement(".notes li");
        Assert.Equal("Call him back", page.Find(".note-text").TextContent);
        Assert.Contains("operator@example.com", page.Find(".note-head").TextContent, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(Guid id, Action<Session> change)
    {
        await using var db = _context.Database.System.Create();
        change((await db.Sessions.FindAsync(id))!);
        await db.SaveChangesAsync();
    }

    private IRenderedComponent<Conversations> Render(Guid? session)
    {
        _context.Services.GetRequiredService<NavigationManager>().NavigateTo(session is null ? "/t/acme/conversations" : $"/t/acme/conversations/{session}");
        return _context.Render<Conversations>(p => p.Add(c => c.Slug, "acme").Add(c => c.Id, session));
    }
}

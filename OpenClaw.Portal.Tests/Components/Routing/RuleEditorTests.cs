using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Routing;

namespace OpenClaw.Portal.Tests.Components.Routing;

public sealed class RuleEditorTests : IAsyncLifetime
{
    private RoutingContext _context = null!;

    public async Task InitializeAsync() => _context = await RoutingContext.CreateAsync();

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Save_New_GoesIntoTheDraftAndBackToTheList()
    {
        var page = _context.Editor();
        Field(page, "name").Change("Refunds");
        Field(page, "match.text.any").Input("refund\nmoney back\n");
        Field(page, "target.agent").Change(_context.Agent.ToString());
        await page.Find("form").SubmitAsync();
        var rule = Assert.Single((await _context.ReadAsync()).Rules).Rule;
        Assert.Equal("Refunds", rule.Name);
        Assert.Equal(["refund", "money back"], rule.Match.Text!.Any!);
        Assert.EndsWith("/t/acme/routing", _context.Page.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Typing_ChangesTheSentence()
    {
        var page = _context.Editor();
        Assert.StartsWith("Every message", Sentence(page), StringComparison.Ordinal);
        Field(page, "match.text.any").Input("refund");
        Field(page, "target.agent").Change(_context.Agent.ToString());
        Assert.StartsWith("Messages that contain “refund”", Sentence(page), StringComparison.Ordinal);
        Assert.EndsWith("Echo", Sentence(page), StringComparison.Ordinal);
        page.FindAll("input[type=radio]").Single(r => r.GetAttribute("value") == RuleForm.ToNobody).Change(true);
        Assert.EndsWith("nobody answers", Sentence(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_Empty_TellsAtTheFieldsAndSavesNothing()
    {
        var page = _context.Editor();
        await page.Find("form").SubmitAsync();
        Assert.Contains("A value is needed.", Fault(page, "name"), StringComparison.Ordinal);
        Assert.Contains("A value is needed.", Fault(page, "target.agent"), StringComparison.Ordinal);
        Assert.False((await _context.ReadAsync()).Exists);
    }

    [Theory]
    [InlineData("match.text.regex", "(", "")]
    [InlineData("match.command", "two words", "one word")]
    [InlineData("name", "tAKEN", "another rule of that name")]
    public async Task Save_WhatTheGatewayRefuses_IsToldAtTheField(string path, string value, string told)
    {
        await _context.DraftAsync("Taken");
        var page = _context.Editor();
        Field(page, "name").Change("Fine");
        Field(page, "target.agent").Change(_context.Agent.ToString());
        Field(page, path).Change(value);
        await page.Find("form").SubmitAsync();
        Assert.Contains(told, Fault(page, path), StringComparison.Ordinal);
        Assert.Single((await _context.ReadAsync()).Rules);
    }

    [Fact]
    public async Task Save_RuleThatAnotherChanged_ShowsBothAndKeepsWhatIsChosen()
    {
        var rule = await _context.DraftAsync("Refunds", "refund");
        var page = _context.Editor(rule.Rule.Id);
        Field(page, "name").Change("Refunds by Ada");
        await _context.Drafts.ChangeAsync(_context.Bob, rule.Rule.Id, rule.Token, _context.Body("Refunds by Bob", "money back"));
        await page.Find("form").SubmitAsync();
        var notice = page.Find(".conflict");
        Assert.Contains("bob@example.com", notice.TextContent, StringComparison.Ordinal);
        Assert.Contains("Refunds by Bob", notice.TextContent, StringComparison.Ordinal);
        Assert.Contains("Refunds by Ada", notice.TextContent, StringComparison.Ordinal);
        Assert.Equal("Refunds by Bob", Assert.Single((await _context.ReadAsync()).Rules).Rule.Name);
        page.Find(".conflict footer .primary").Click();
        await page.Find("form").SubmitAsync();
        var saved = Assert.Single((await _context.ReadAsync()).Rules).Rule;
        Assert.Equal("Refunds by Ada", saved.Name); // changed by both: mine was kept
        Assert.Equal(["money back"], saved.Match.Text!.Any!); // changed by Bob alone
    }

    [Fact]
    public async Task Save_RuleThatAnotherDeleted_CanBringItBack()
    {
        var rule = await _context.DraftAsync("Refunds", "refund");
        var page = _context.Editor(rule.Rule.Id);
        Field(page, "name").Change("Refunds by Ada");
        await _context.Drafts.DeleteAsync(_context.Bob, rule.Rule.Id, rule.Token);
        await page.Find("form").SubmitAsync();
        Assert.Contains("deleted this rule", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await page.Find("form").SubmitAsync();
        var saved = Assert.Single((await _context.ReadAsync()).Rules).Rule;
        Assert.Equal((rule.Rule.Id, "Refunds by Ada"), (saved.Id, saved.Name));
    }

    [Fact]
    public async Task Fallback_ChosenAndMoved_IsSavedInThatOrder()
    {
        var (second, third) = (await AgentAsync("Backup"), await AgentAsync("Night shift"));
        var page = _context.Editor();
        Field(page, "name").Change("Refunds");
        Field(page, "target.agent").Change(_context.Agent.ToString());
        page.Find(".fallback select").Change(second.ToString());
        page.Find(".fallback select").Change(third.ToString());
        Assert.EndsWith("Echo, else Backup, else Night shift", Sentence(page), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".fallback select")); // nobody is left to ask
        await page.Find("button[aria-label='Move Night shift up']").ClickAsync(new());
        Assert.EndsWith("Echo, else Night shift, else Backup", Sentence(page), StringComparison.Ordinal);
        await page.Find("form").SubmitAsync();
        var rule = Assert.Single((await _context.ReadAsync()).Rules).Rule;
        Assert.Equal([third, second], rule.Target.Fallback!);
    }

    [Fact]
    public async Task Fallback_ThatIsAskedFirstNow_IsNotAskedAgain()
    {
        var second = await AgentAsync("Backup");
        var page = _context.Editor();
        Field(page, "name").Change("Refunds");
        Field(page, "target.agent").Change(_context.Agent.ToString());
        page.Find(".fallback select").Change(second.ToString());
        Field(page, "target.agent").Change(second.ToString());
        await page.Find("form").SubmitAsync();
        var target = Assert.Single((await _context.ReadAsync()).Rules).Rule.Target;
        Assert.Equal((second, null), (target.Agent, target.Fallback));
    }

    [Fact]
    public async Task Open_AsViewer_ShowsButCannotChange()
    {
        await using var context = await RoutingContext.CreateAsync(TenantRole.Viewer);
        var page = context.Editor((await context.DraftAsync("Refunds", "refund")).Rule.Id);
        Assert.True(page.Find("input[name=name]").HasAttribute("disabled"));
        Assert.Empty(page.FindAll("button[type=submit]:not([hidden])"));
    }

    [Fact]
    public void Open_UnknownRule_SaysSo() => Assert.Contains("No such rule", _context.Editor(Guid.NewGuid()).Markup, StringComparison.Ordinal);

    private async Task<Guid> AgentAsync(string name)
    {
        var database = _context.Page.Database;
        var model = database.Agent with { Id = Guid.CreateVersion7(), Name = name };
        await database.AddAsync(new Agent { Id = model.Id, TenantId = database.Tenant.Id, Kind = "echo", Name = name, Enabled = true });
        database.Catalog.FindAgent(model.Id).Returns(model);
        return model.Id;
    }

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<RuleEditor> page, string path) =>
        page.Find($"[data-field='{path}'] input, [data-field='{path}'] textarea, [data-field='{path}'] select");

    private static string Fault(IRenderedComponent<RuleEditor> page, string path) => page.Find($"[data-field='{path}'] .validation-message").TextContent;

    private static string Sentence(IRenderedComponent<RuleEditor> page) => page.Find(".says p").TextContent.Trim();
}

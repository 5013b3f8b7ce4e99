using Bunit;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Agents;

namespace OpenClaw.Portal.Tests.Configuration;

[Trait("Category", "Slow")]
public sealed class AgentFormsTests(ProductFixture fixture) : IClassFixture<ProductFixture>, IAsyncLifetime
{
    private ConfigurationContext _context = null!;

    public async Task InitializeAsync() => _context = await ConfigurationContext.SignedInAsync(fixture.Product, TenantRole.Admin);

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Theory]
    [InlineData("name", "", "A value is needed.")]
    [InlineData("name", "ECHO", "There is another agent of that name.")]
    [InlineData("name", "Hook\u200B", "no invisible characters")]
    [InlineData("settings.url", "", "A value is needed.")]
    [InlineData("settings.url", "agent.example.com", "absolute URL of http or https")]
    [InlineData("settings.url", "ftp://agent.example.com/", "absolute URL of http or https")]
    [InlineData("settings.url", "https://user:secret@agent.example.com/", "must not hold a user or password")]
    [InlineData("settings.url", "http://10.1.2.3:8080/hook", "Security:PrivateHosts")]
    [InlineData("settings.url", "http://[::1]:8080/hook", "Security:PrivateHosts")]
    [InlineData("settings.timeoutSeconds", "soon", "Must be a whole number from 1 to 600.")]
    [InlineData("settings.timeoutSeconds", "601", "Must be a whole number from 1 to 600.")]
    [InlineData("maxConcurrency", "0", "Must be a whole number from 1 to 10000.")]
    public async Task NewAgent_WrongField_IsToldThereAndNothingIsSaved(string field, string value, string told)
    {
        var page = _context.Open<NewAgent>("/t/default/agents/new?kind=webhook");
        var name = "Hook " + Guid.NewGuid();
        await page.FillAsync("name", name);
        await page.FillAsync("settings.url", "http://127.0.0.1:9/hook");
        await page.FillAsync(field, value);
        await page.SaveAsync();
        Assert.Contains(told, page.FaultOf(field), StringComparison.Ordinal);
        Assert.Null(_context.Product.Get<ICatalog>().FindAgent(_context.Tenant.Id, name));
    }

    [Fact]
    public async Task NewAgent_Fine_ShowsItsSecretOnceAndBecomesDefault()
    {
        var page = _context.Open<NewAgent>("/t/default/agents/new?kind=webhook");
        await page.FillAsync("name", "Support");
        await page.FillAsync("settings.url", "http://127.0.0.1:9/hook");
        await page.SaveAsync();
        Assert.StartsWith("whsec_", page.WaitForElement(".once code").TextContent, StringComparison.Ordinal);
        await page.FindAll("button").Single(b => b.TextContent == "Make it the default agent").ClickAsync();
        var agent = _context.Product.Get<ICatalog>().FindAgent(_context.Tenant.Id, "Support")!;
        Assert.Equal(agent.Id, _context.Tenant.Settings.DefaultAgent);

        // what is in use says by what, and cannot be deleted
        var danger = _context.Open<AgentPage>($"/t/default/agents/{agent.Id}?tab=danger", p => p.Add(a => a.Id, agent.Id));
        Assert.Contains("default agent", danger.WaitForElement("li a").TextContent, StringComparison.Ordinal);
        Assert.True(danger.Find("button.danger").HasAttribute("disabled"));
        var refused = await _context.Product.Get<DeleteAgent>().RunAsync(_context.Gateway, agent.Id);
        Assert.Equal((AdminStatus.InUse, "The agent 'Support' is the default agent. Choose another one there first."), (refused.Status, refused.Reason));
    }

    [Fact]
    public async Task TestCall_Streaming_ShowsTheAnswerAndHowLongItTook()
    {
        var echo = _context.Product.Get<ICatalog>().FindAgent(_context.Tenant.Id, "Echo")!;
        var page = _context.Open<AgentPage>($"/t/default/agents/{echo.Id}?tab=test", p => p.Add(a => a.Id, echo.Id));
        await page.Find("#test-text").ChangeAsync(new() { Value = "<b>Hello</b> مرحبا" });
        await page.Find("form.ask").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Answered after", page.Find(".call .help").TextContent, StringComparison.Ordinal));
        Assert.Equal("<b>Hello</b> مرحبا", page.Find(".theirs").TextContent);
        Assert.Empty(page.FindAll(".theirs b"));
    }

    [Fact]
    public async Task TestCall_PrivateHost_SaysCauseAndFix()
    {
        var agent = (await Save.CreateAsync(_context.Gateway, ConfigurationContext.Json("""{"kind":"webhook","name":"Inside","settings":{"url":"http://10.1.2.3/"}}"""))).Value!;
        var page = _context.Open<AgentPage>($"/t/default/agents/{agent.Id}?tab=test", p => p.Add(a => a.Id, agent.Id));
        await page.Find("#test-text").ChangeAsync(new() { Value = "Hello" });
        await page.Find("form.ask").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Security:PrivateHosts", page.Find(".call .notice").TextContent, StringComparison.Ordinal));
        Assert.Contains("Destination forbidden", page.Find(".call .notice").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_OpenedByTheOwner_HoldsAtOnceAndIsAudited()
    {
        var owner = Caller.System(Guid.Empty);
        var check = _context.Product.Get<DestinationCheck>();
        var network = _context.Product.Get<NetworkSettings>();
        Assert.Contains("10.9.9.9", await check.FaultAsync("http://10.9.9.9/"), StringComparison.Ordinal);
        var wrong = await network.SaveAsync(owner, ["10.9.9.9", "http://x"]);
        Assert.Equal(["hosts[1]"], wrong.Errors.Keys);
        var saved = await network.SaveAsync(owner, ["10.9.9.9"]);
        Assert.Null(await check.FaultAsync("http://10.9.9.9/"));
        Assert.Equal(AdminStatus.Stale, (await network.SaveAsync(owner, [], saved.Value!.Version - 1)).Status);
        await network.LoadAsync();
        Assert.Null(await check.FaultAsync("http://10.9.9.9/"));
        Assert.Equal(AdminStatus.Done, (await network.SaveAsync(owner, [], saved.Value.Version)).Status);
        Assert.NotNull(await check.FaultAsync("http://10.9.9.9/"));
        await Assert.ThrowsAsync<ForbiddenException>(() => network.GetAsync(_context.Gateway with { Scopes = ["configure"] }));
    }

    [Fact]
    public async Task Settings_Changed_SaveOnlyWhatDiffers()
    {
        var agent = (await Save.CreateAsync(_context.Gateway, ConfigurationContext.Json("""{"kind":"webhook","name":"Changed","settings":{"url":"http://127.0.0.1:9/"},"intents":["billing"]}"""))).Value!;
        var page = _context.Open<AgentPage>($"/t/default/agents/{agent.Id}?tab=settings", p => p.Add(a => a.Id, agent.Id));
        await page.FillAsync("maxConcurrency", "3");
        await page.FillAsync("settings.timeoutSeconds", "20");
        await page.FillAsync("intents", "billing\nrefunds");
        await page.SaveAsync();
        var saved = (await _context.Product.Get<AgentQueries>().GetAsync(_context.Tenant.Id, agent.Id))!;
        Assert.Equal((3, "20", 2), (saved.MaxConcurrency, saved.Settings["timeoutSeconds"]!.ToString(), saved.Intents.Count));
        Assert.Equal("""{"url":"http://127.0.0.1:9/","timeoutSeconds":20}""", _context.Product.Get<ICatalog>().FindAgent(agent.Id)!.Settings.GetRawText());
    }

    private SaveAgent Save => _context.Product.Get<SaveAgent>();
}

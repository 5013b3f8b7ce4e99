using Bunit;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Channels;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Configuration;

[Trait("Category", "Slow")]
public sealed class ChannelFormsTests(ProductFixture fixture) : IClassFixture<ProductFixture>, IAsyncLifetime
{
    private ConfigurationContext _context = null!;

    public async Task InitializeAsync() => _context = await ConfigurationContext.SignedInAsync(fixture.Product, TenantRole.Admin);

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Theory]
    [InlineData("", "A value is needed.")]
    [InlineData("   ", "A value is needed.")]
    [InlineData("WEB CHAT", "There is another channel of that name.")]
    [InlineData("Web\u200D chat", "There is another channel of that name.")]
    [InlineData("Shop\u200B", "no invisible characters")]
    [InlineData("\u202Epohs", "no invisible characters")]
    [InlineData("a\u0007b", "no control characters")]
    [InlineData("\u200D", "can be seen")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901", "1 to 80 characters")]
    public async Task NewChannel_WrongName_IsToldAtTheFieldAndNothingIsSaved(string name, string told)
    {
        var before = Count();
        var page = Open();
        await page.FillAsync("name", name);
        await page.SaveAsync();
        Assert.Contains(told, page.FaultOf("name"), StringComparison.Ordinal);
        Assert.Equal(before, Count());
    }

    [Theory]
    [InlineData("settings.allowedOrigins", "shop.example.com", "An origin is a scheme")]
    [InlineData("settings.allowedOrigins", "https://shop.example.com/path", "An origin is a scheme")]
    [InlineData("settings.allowedOrigins", "javascript:alert(1)", "An origin is a scheme")]
    [InlineData("settings.heartbeatSeconds", "often", "Must be a whole number from 5 to 300.")]
    [InlineData("settings.heartbeatSeconds", "4", "Must be a whole number from 5 to 300.")]
    [InlineData("settings.heartbeatSeconds", "30.5", "Must be a whole number from 5 to 300.")]
    [InlineData("settings.retry.attempts", "0", "Must be a whole number from 1 to 100.")]
    [InlineData("settings.title", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901", "at most 80 characters")]
    public async Task NewChannel_WrongSetting_IsToldAtTheFieldAndNothingIsSaved(string field, string value, string told)
    {
        var before = Count();
        var page = Open();
        await page.FillAsync("name", "Fine " + Guid.NewGuid());
        await page.FillAsync(field, value);
        await page.SaveAsync();
        Assert.Contains(told, page.FaultOf(field), StringComparison.Ordinal);
        Assert.Equal(before, Count());
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("مرحبا بالعالم")]
    public async Task NewChannel_TextThatLooksLikeCode_IsSavedAndShownAsText(string name)
    {
        var page = Open();
        await page.FillAsync("name", name);
        await page.FillAsync("settings.title", name);
        await page.SaveAsync();
        page.WaitForElement(".code-block");
        Assert.Contains(name, page.Find("h1").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script, img"));
        Assert.NotEmpty(page.Find(".once code").TextContent); // the made secret, once
    }

    [Fact]
    public async Task NewChannel_Tested_SavesNothingAndSaysWhatToMend()
    {
        var before = Count();
        var page = Open();
        await page.FillAsync("name", "Tried " + Guid.NewGuid());
        await page.Find("[data-field='settings.scope'] input[value=conversation]").ChangeAsync(new() { Value = "on" });
        await page.FindAll("button").Single(b => b.TextContent == "Test connection").ClickAsync();
        page.WaitForElement(".checks");
        Assert.Contains("It cannot work yet", page.Markup, StringComparison.Ordinal);
        Assert.Contains("only signed users are let in", page.Find(".checks .bad").TextContent, StringComparison.Ordinal);
        Assert.Equal(before, Count());
    }

    [Fact]
    public async Task Settings_SomebodySavedFirst_WarnsAndLosesNothing()
    {
        var channel = await AddAsync("Contested " + Guid.NewGuid());
        var page = _context.Open<ChannelPage>($"/t/default/channels/{channel.Id}?tab=settings", p => p.Add(c => c.Id, channel.Id));
        await page.FillAsync("settings.title", "Mine");
        var theirs = await Save.PatchAsync(_context.Gateway, channel.Id, ConfigurationContext.Json("""{"settings":{"title":"Theirs","heartbeatSeconds":60}}"""));
        Assert.Equal(AdminStatus.Done, theirs.Status);

        await page.SaveAsync();

        Assert.Contains("Somebody else saved this first", page.WaitForElement(".conflict").TextContent, StringComparison.Ordinal);
        Assert.Equal("Theirs", (await ReadAsync(channel.Id)).Settings["title"]!.ToString());
        await page.FindAll(".conflict footer button")[0].ClickAsync();
        await page.SaveAsync();
        var saved = (await ReadAsync(channel.Id)).Settings;
        Assert.Equal(("Mine", "60"), (saved["title"]!.ToString(), saved["heartbeatSeconds"]!.ToString()));
    }

    [Fact]
    public async Task Secret_Rotated_IsShownOnceAndWrongHoursAreTold()
    {
        var channel = await AddAsync("Secretive " + Guid.NewGuid());
        var page = _context.Open<ChannelPage>($"/t/default/channels/{channel.Id}?tab=secrets", p => p.Add(c => c.Id, channel.Id));
        await page.FindAll("button").First(b => b.TextContent == "Make a new one").ClickAsync();
        await page.FillAsync("overlapHours", "-1");
        await page.FindAll("button").First(b => b.TextContent == "Make the secret").ClickAsync();
        Assert.Contains("from 0 to 744", page.FaultOf("overlapHours"), StringComparison.Ordinal);
        await page.FillAsync("overlapHours", "2");
        await page.FindAll("button").First(b => b.TextContent == "Make the secret").ClickAsync();
        var value = page.WaitForElement(".once code").TextContent;
        Assert.Equal(value, _context.Product.Get<ICatalog>().FindChannel(channel.Id)!.Secrets["signingSecret"]);
        await page.FindAll("button").First(b => b.TextContent == "I have copied it").ClickAsync();
        Assert.DoesNotContain(value, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_ForAViewer_ShowAndOfferNoChange()
    {
        var channel = await AddAsync("Looked at " + Guid.NewGuid());
        await using var viewer = await ConfigurationContext.SignedInAsync(fixture.Product, TenantRole.Viewer);
        var list = viewer.Open<OpenClaw.Portal.Components.Pages.Channels.Channels>("/t/default/channels");
        list.WaitForElement("tbody a");
        Assert.Empty(list.FindAll("[role=switch], a[href$='/channels/new']"));
        var page = viewer.Open<ChannelPage>($"/t/default/channels/{channel.Id}?tab=settings", p => p.Add(c => c.Id, channel.Id));
        Assert.All(page.FindAll(".form input, .form select, .form textarea"), input => Assert.True(input.HasAttribute("disabled")));
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent is "Save" or "Restart" or "Switch off");
    }

    [Fact]
    public async Task List_Switch_TurnsTheChannelOff()
    {
        var channel = await AddAsync("Switched " + Guid.NewGuid());
        var page = _context.Open<OpenClaw.Portal.Components.Pages.Channels.Channels>($"/t/default/channels?text={Uri.EscapeDataString(channel.Name)}");
        await page.WaitForElement("[role=switch]").ClickAsync();
        Assert.False((await ReadAsync(channel.Id)).Enabled);
        Assert.Equal("false", page.Find("[role=switch]").GetAttribute("aria-checked"));
        Assert.Contains("Off", page.Find("tbody .chip").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfUnsavedLooks_IsForSignedInPeopleOnly()
    {
        var channel = await AddAsync("Dressed " + Guid.NewGuid());
        var address = new Uri($"/chat/{channel.Id}?preview=true&title=%3Cb%3ENew&theme=dark", UriKind.Relative);
        var admin = await fixture.Product.SignInAsync(Product.Owner);
        var seen = await admin.GetStringAsync(address);
        Assert.Contains("data-title=\"&lt;b&gt;New\" data-theme=\"dark\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("New", await fixture.Product.Client().GetStringAsync(address), StringComparison.Ordinal);
    }

    private SaveChannel Save => _context.Product.Get<SaveChannel>();

    private IRenderedComponent<NewChannel> Open() => _context.Open<NewChannel>("/t/default/channels/new?kind=websocket");

    private int Count() => _context.Product.Get<ICatalog>().Channels.Count;

    private async Task<ChannelView> AddAsync(string name)
    {
        var result = await Save.CreateAsync(_context.Gateway, ConfigurationContext.Json($$"""{"kind":"websocket","name":"{{name}}"}"""));
        return result.Value!;
    }

    private async Task<ChannelView> ReadAsync(Guid channel) => (await _context.Product.Get<ChannelQueries>().GetAsync(_context.Tenant.Id, channel))!;
}

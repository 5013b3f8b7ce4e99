using System.Collections.Frozen;
using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>The kind telegram in configuration, and its preflight.</summary>
public sealed class KindTests
{
    private static readonly TelegramKind Kind = new(null!);

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"baseUrl":"http://localhost:8081/","commands":[{"command":"help_me2","description":"Help"}]}""", "")]
    [InlineData("""{"baseUrl":"ftp://x"}""", "settings.baseUrl")]
    [InlineData("""{"baseUrl":"https://user:pw@x"}""", "settings.baseUrl")]
    [InlineData("""{"baseUrl":"https://x/?a=b"}""", "settings.baseUrl")]
    [InlineData("""{"commands":{}}""", "settings.commands")]
    [InlineData("""{"commands":[{"command":"/help","description":"Help"}]}""", "settings.commands[0].command")]
    [InlineData("""{"commands":[{"command":"Help","description":"Help"}]}""", "settings.commands[0].command")]
    [InlineData("""{"commands":[{"command":"help","description":""}]}""", "settings.commands[0].description")]
    [InlineData("""{"commands":[{"command":"a","description":"A"},{"command":"a","description":"A"}]}""", "settings.commands[1].command")]
    [InlineData("""{"commands":[7]}""", "settings.commands[0].command settings.commands[0].description")]
    public void Validate_Settings(string settings, string fields) => Assert.Equal(fields, string.Join(' ', Kind.Validate(JsonElement.Parse(settings)).Select(f => f.Field)));

    [Theory]
    [InlineData("123456:TEST", true)]
    [InlineData("Use this token: 123456:TEST", false)]
    [InlineData("987650", false)]
    public void CheckSecret_SaysWhatItLooksLikeAndNeverTheValue(string token, bool isFine)
    {
        var said = Kind.CheckSecret("botToken", token);
        Assert.Equal(isFine, said is null);
        if (said is not null) Assert.DoesNotContain(token, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "42:abc", "42")]
    [InlineData("""{"baseUrl":"https://api.telegram.org/"}""", "42:def", "42")]
    [InlineData("""{"baseUrl":"http://Bots.internal:8081"}""", "42:abc", "42@bots.internal:8081")]
    [InlineData("{}", "nonsense", null)]
    public void AccountOf_IsTheBotOnItsServer(string settings, string token, string? account) =>
        Assert.Equal(account, Kind.AccountOf(JsonElement.Parse(settings), new Dictionary<string, string>(StringComparer.Ordinal) { ["botToken"] = token }));

    [Fact]
    public void Words_ForTheWizard_AreThere()
    {
        Assert.All(Kind.Settings, s => Assert.False(string.IsNullOrWhiteSpace(s.Label) || string.IsNullOrWhiteSpace(s.Help)));
        Assert.NotNull(Kind.DescribeSecret("botToken"));
        Assert.NotEmpty(Kind.Summary);
    }

    [Fact]
    public async Task Preflight_AllIsWell()
    {
        await using var place = await TelegramPlace.StartAsync("""{"commands":[{"command":"help","description":"Help"}]}""");
        var checks = await place.Kind.TestAsync(place.Channel, default);
        Assert.All(checks, c => Assert.True(c.Ok, c.Check + ": " + c.Detail));
        Assert.Equal(["enabled", "address", "token", "webhook", "privacy", "groups", "commands", "files"], checks.Select(c => c.Check));
        Assert.Empty(place.Telegram.Calls("deleteWebhook")); // it changes nothing
    }

    [Fact]
    public async Task Preflight_OfAnUnsavedChannel_Works()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        var unsaved = place.Channel with { Id = Guid.NewGuid(), Enabled = false };
        var checks = await place.Kind.TestAsync(unsaved, default);
        Assert.Equal(["enabled"], checks.Where(c => !c.Ok).Select(c => c.Check));
    }

    [Theory]
    [InlineData("privacy", """{"activation":"always"}""", "/setprivacy")]
    [InlineData("groups", """{"activation":"always"}""", "/setjoingroups")]
    [InlineData("token", "{}", "@BotFather")]
    [InlineData("address", "{}", "baseUrl")]
    [InlineData("webhook", "{}", "another program")]
    public async Task Preflight_WhatIsMissing_IsNamedWithItsFix(string check, string settings, string fix)
    {
        await using var place = await TelegramPlace.StartAsync(settings, start: false);
        var bot = place.Telegram.Bot;
        switch (check)
        {
            case "privacy": bot.PrivacyMode = true; break;
            case "groups": (bot.PrivacyMode, bot.CanJoinGroups) = (false, false); break;
            case "token": bot.IsRevoked = true; break;
            case "address": place.Telegram.Faults.Always("*", Fault.HtmlPage(404)); break;
            default:
                using (var other = new HttpClient())
                using (var body = new StringContent("""{"url":"https://other.example/hook"}""", System.Text.Encoding.UTF8, "application/json"))
                    (await other.PostAsync(new Uri($"{place.Telegram.BaseUrl}/bot{place.Telegram.Token}/setWebhook"), body)).Dispose();
                break;
        }

        var failed = Assert.Single(await place.Kind.TestAsync(place.Channel, default), c => !c.Ok);
        Assert.Equal(check, failed.Check);
        Assert.Contains(fix, failed.Fix, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(place.Telegram.Token, failed.Detail + failed.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WebhookWithItsError_SaysWhatTelegramSaw()
    {
        await using var place = await TelegramPlace.StartAsync("""{"mode":"webhook"}""");
        place.BeforeDoor = http =>
        {
            http.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        await place.Telegram.AddUser("Ada").SaysAsync("hello");
        await WebSocket.TestWait.UntilAsync(() => place.Telegram.Bot.Webhook!.LastError is not null);
        var failed = Assert.Single(await place.Kind.TestAsync(place.Channel, default), c => !c.Ok);
        Assert.Contains("500", failed.Detail, StringComparison.Ordinal);
        Assert.Contains("PublicUrl", failed.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NobodyThereOrAPrivateAddress_IsNamed()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        place.Change($$"""{"baseUrl":"{{RawServer.NobodyThere().AbsoluteUri}}"}""");
        var failed = Assert.Single(await place.Kind.TestAsync(place.Channel, default), c => !c.Ok);
        Assert.Equal("address", failed.Check);
        place.Change(c => c with { Secrets = FrozenDictionary<string, string>.Empty });
        Assert.Equal("token", Assert.Single(await place.Kind.TestAsync(place.Channel, default), c => !c.Ok).Check);
    }

    [Fact]
    public async Task Start_WithoutAToken_IsFatalWithItsFix()
    {
        await using var place = await TelegramPlace.StartAsync(start: false, with: c => c with { Secrets = FrozenDictionary<string, string>.Empty });
        await place.ConnectAsync(wait: false);
        var link = await place.LinkAsync(l => l.State == ChannelLinkState.Failed);
        Assert.Equal("not_configured", link.Cause);
        Assert.NotNull(link.Fix);
    }

    [Fact]
    public async Task Channels_OfOneGateway_DoNotTouchEachOther()
    {
        await using var place = await TelegramPlace.StartAsync();
        await using var other = await FakeTelegram.StartAsync(new() { Tokens = ["777:OTHER"] });
        var second = place.Catalog.AddChannel(c => place.Channel with
        {
            Id = Guid.CreateVersion7(), Name = "Second", Tenant = place.Catalog.Tenant, Settings = JsonElement.Parse($$"""{"baseUrl":"{{other.BaseUrl}}"}"""),
            Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["botToken"] = other.Token }.ToFrozenDictionary(),
        });
        await other.AddUser("Bob").SaysAsync("hello");
        await other.WaitForMessageAsync(m => m.Text == "hello");
        other.Bot.IsRevoked = true;
        other.DropConnections();
        await WebSocket.TestWait.UntilAsync(() => place.Road.Get<IChannelLinks>().Look(second.Id) is { State: ChannelLinkState.Failed });
        await place.Telegram.AddUser("Ada").SaysAsync("still well");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "still well");
        Assert.Equal(1, place.Link!.Generation);
    }
}

using System.Collections.Frozen;
using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class KindTests
{
    [Theory]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abc-DEF_123", true)]
    [InlineData("Bot MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abc", false)]
    [InlineData("123456789012345678", false)]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE", false)]
    [InlineData("abc.def.ghi", false)]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gab cDE.abc", false)]
    [InlineData("", false)]
    [InlineData("MTAwMg4004.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB", false)]
    [InlineData("abcdefghij.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB", false)]
    public async Task Token_ItsFormIsChecked_AndNeverRepeated(string token, bool isGood)
    {
        await using var host = await TestAsync();

        var fault = host.Kind.CheckSecret("botToken", token);

        Assert.Equal(isGood, fault is null);
        if (fault is not null && token.Length > 5) Assert.DoesNotContain(token, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_IsTheBot_OfItsServer()
    {
        await using var host = await TestAsync();
        var secrets = new Dictionary<string, string> { ["botToken"] = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abc" };

        Assert.Equal("123456789012345678", host.Kind.AccountOf(JsonElement.Parse("{}"), secrets));
        Assert.Equal("123456789012345678", host.Kind.AccountOf(JsonElement.Parse("""{"apiBaseUrl":"https://discord.com/api/v10/"}"""), secrets));
        Assert.Equal("123456789012345678@localhost:81", host.Kind.AccountOf(JsonElement.Parse("""{"apiBaseUrl":"http://localhost:81/api/v10"}"""), secrets));
        Assert.Null(host.Kind.AccountOf(JsonElement.Parse("{}"), new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("""{"apiBaseUrl":"discord.com"}""", "settings.apiBaseUrl")]
    [InlineData("""{"apiBaseUrl":"https://user@discord.com/api"}""", "settings.apiBaseUrl")]
    [InlineData("""{"applicationCommands":{}}""", "settings.applicationCommands")]
    [InlineData("""{"applicationCommands":[{"name":"Ask","description":"x"}]}""", "settings.applicationCommands[0].name")]
    [InlineData("""{"applicationCommands":[{"name":"ask"}]}""", "settings.applicationCommands[0].description")]
    [InlineData("""{"applicationCommands":[{"name":"a","description":"x"},{"name":"a","description":"x"}]}""", "settings.applicationCommands[1].name")]
    [InlineData("""{"applicationCommands":[7]}""", "settings.applicationCommands[0].name")]
    [InlineData("""{"applicationCommands":[{"name":"ask","description":"x"}],"apiBaseUrl":null}""", null)]
    public async Task Settings_AreChecked(string settings, string? field)
    {
        await using var host = await TestAsync();

        Assert.Equal(field is null ? [] : [field], host.Kind.Validate(JsonElement.Parse(settings)).Select(f => f.Field));
    }

    [Fact]
    public async Task Preflight_WithEverythingInOrder_IsGood()
    {
        await using var host = await TestAsync(d => d.AddGuild("Home"));

        var checks = await host.TestAsync();

        Assert.All(checks, c => Assert.True(c.Ok, $"{c.Check}: {c.Detail}"));
        Assert.Equal(["enabled", "reach", "token", "gateway", "intents", "servers", "permissions"], checks.Select(c => c.Check));
    }

    [Fact]
    public async Task Preflight_NamesTheMissingIntent()
    {
        await using var host = await TestAsync(d => d.Bot.Privileged = default);

        Assert.Contains("Message Content Intent", Failed(await host.TestAsync(), "intents").Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WithoutAServer_HasTheInvitation()
    {
        await using var host = await TestAsync();

        var fix = Failed(await host.TestAsync(), "servers").Fix;

        Assert.Contains($"client_id={host.Discord.Bot.Id}&scope=bot+applications.commands&permissions=", fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NamesMissingPermissions()
    {
        await using var host = await TestAsync(d => d.AddGuild("Home").Deny(d.Bot, Permissions.EmbedLinks | Permissions.SendMessages));

        var check = Failed(await host.TestAsync(), "permissions");

        Assert.Contains("Home", check.Detail, StringComparison.Ordinal);
        Assert.Contains("Send Messages, Embed Links", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_RefusedToken_SaysWhereToGetAnother()
    {
        await using var host = await TestAsync(d => d.Bot.ResetToken(), token: "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.secret");

        var checks = await host.TestAsync();

        Assert.Contains("Reset", Failed(checks, "token").Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, c => (c.Detail + c.Fix).Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preflight_NoSessionsLeft_SaysUntilWhen()
    {
        await using var host = await TestAsync(d => d.Bot.Starts.Used = d.Bot.Starts.Total);

        Assert.Contains("too many were begun", Failed(await host.TestAsync(), "gateway").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_CommandsNotRegistered_AreNamed()
    {
        await using var host = await TestAsync(settings: ",\"applicationCommands\":[{\"name\":\"ask\",\"description\":\"x\"}]");

        Assert.Contains("/ask", Failed(await host.TestAsync(), "commands").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NobodyThere_SaysSo()
    {
        await using var host = await TestAsync();
        await host.Discord.DisposeAsync();

        Assert.NotNull(Failed(await host.TestAsync(), "reach").Fix);
    }

    private static PreflightCheck Failed(IReadOnlyList<PreflightCheck> checks, string name) => Assert.Single(checks, c => !c.Ok && c.Check == name);

    private static async Task<Tested> TestAsync(Action<FakeDiscord>? prepare = null, string? token = null, string settings = "")
    {
        var discord = await FakeDiscord.StartAsync();
        prepare?.Invoke(discord);
        return new(discord, token ?? discord.Token, settings);
    }

    private sealed class Tested : IAsyncDisposable
    {
        private readonly OutgoingCalls _calls = new(null, "*");
        private readonly ChannelModel _channel;

        public Tested(FakeDiscord discord, string token, string settings)
        {
            var catalog = new FakeCatalog();
            Discord = discord;
            Kind = new(new(new(_calls.Http, catalog, TimeProvider.System), TimeProvider.System));
            _channel = catalog.AddChannel(c => c with
            {
                Kind = "discord", UserCommands = false, Settings = JsonElement.Parse($$"""{"apiBaseUrl":"{{discord.ApiBaseUrl}}"{{settings}}}"""),
                Secrets = new Dictionary<string, string> { ["botToken"] = token }.ToFrozenDictionary(),
            });
        }

        public FakeDiscord Discord { get; }

        public DiscordKind Kind { get; }

        public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync() => Kind.TestAsync(_channel, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            _calls.Dispose();
            await Discord.DisposeAsync();
        }
    }
}

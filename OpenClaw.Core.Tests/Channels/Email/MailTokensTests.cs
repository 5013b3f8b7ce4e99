using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.Email.Outbound;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Storage.Protection;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Core.Tests.Channels.Email;

/// <summary>Access tokens of channels, against a token server of the tests' own.</summary>
public sealed class MailTokensTests : IAsyncLifetime
{
    private const string ClientSecret = "the-clients-secret";
    private readonly List<IFormCollection> _asked = [];
    private HttpServer _tokenServer = null!;
    private OutPlace _place = null!;
    private Func<int, (int Status, string Body)> _answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":3600}""");

    private MailTokens Tokens => _place.Road.Get<MailTokens>();

    public async Task InitializeAsync()
    {
        _tokenServer = await HttpServer.StartAsync(async context =>
        {
            _asked.Add(await context.Request.ReadFormAsync());
            var (status, body) = _answer(_asked.Count);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });
        _place = await OutPlace.StartAsync();
        _place.Change(c => c with { Settings = With(_place.Server.Port), Secrets = Secrets("refresh-0") });
    }

    public async Task DisposeAsync()
    {
        await _place.DisposeAsync();
        await _tokenServer.DisposeAsync();
    }

    [Fact]
    public async Task RefreshToken_ThatTheProviderExchanges_IsStoredBeforeItsAccessTokenIsUsed()
    {
        await SaveAsync(_place.Channel, "refresh-0");
        _answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":3600,"refresh_token":"refresh-{{n}}"}""");
        var atUse = "";
        _place.Server.Script = (step, _, _) =>
        {
            if (step == "AUTH") atUse = StoredAsync(_place.Channel).GetAwaiter().GetResult();
            return null;
        };
        LetIn("access-1");
        Assert.Null((await _place.SendAsync(OutPlace.Reply("hello", "ada@example.com", "t"))).Failure);
        Assert.Equal("refresh-1", atUse);
        Assert.Equal("refresh-0", Assert.Single(_asked)["refresh_token"]);
    }

    /// <summary>The configuration changes by it; the connection need not, and no further token is fetched.</summary>
    [Fact]
    public async Task RefreshToken_Exchanged_IsNoChangeThatNeedsAConnection()
    {
        await SaveAsync(_place.Channel, "refresh-0");
        _answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":3600,"refresh_token":"refresh-{{n}}"}""");
        var first = await Tokens.CredentialsAsync(_place.Channel, renew: false, CancellationToken.None);
        var before = _place.Channel;
        _place.Change(c => c with { Secrets = Secrets("refresh-1") });
        Assert.True(Tokens.IsExchange(before, _place.Channel));
        Assert.False(Tokens.IsExchange(before, before with { Secrets = Secrets("by a person") }));
        Assert.False(Tokens.IsExchange(before, _place.Channel with { Settings = With(1) }));
        Assert.Equal(first, await Tokens.CredentialsAsync(_place.Channel, renew: false, CancellationToken.None));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task RefreshToken_ExchangedWhenAChannelWasTriedBeforeItWasSaved_IsThenStored()
    {
        _answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":3600,"refresh_token":"refresh-{{n}}"}""");
        var draft = _place.Channel with { Id = Guid.NewGuid() };
        await Tokens.CredentialsAsync(draft, renew: false, CancellationToken.None);
        await SaveAsync(_place.Channel, "refresh-0");
        await Tokens.CredentialsAsync(_place.Channel, renew: false, CancellationToken.None);
        Assert.Equal("refresh-1", await StoredAsync(_place.Channel));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task RefreshToken_ThatAPersonHasChangedMeanwhile_Stays()
    {
        await SaveAsync(_place.Channel, "by a person");
        _answer = n => (200, $$"""{"access_token":"access-{{n}}","expires_in":3600,"refresh_token":"refresh-{{n}}"}""");
        await Tokens.CredentialsAsync(_place.Channel, renew: false, CancellationToken.None);
        Assert.Equal("by a person", await StoredAsync(_place.Channel));
    }

    [Fact]
    public async Task AccessToken_ThatAServerRefuses_IsRenewedOnce()
    {
        LetIn("access-2");
        var clock = new TestClock();
        await using var place = await OutPlace.StartAsync(time: clock);
        place.Change(c => c with { Settings = With(_place.Server.Port), Secrets = Secrets("refresh-0") });
        await place.Road.Get<MailTokens>().CredentialsAsync(place.Channel, renew: false, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null((await place.SendAsync(OutPlace.Reply("hello", "ada@example.com", "t"))).Failure);
        Assert.Equal(2, _asked.Count);
        Assert.Equal(2, _place.Server.Steps["AUTH"]);
    }

    [Fact]
    public async Task AccessToken_OfOneSetOfCredentials_IsSharedByReadingAndSendingOfAllChannels()
    {
        var other = _place.Channel with { Id = Guid.NewGuid() };
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Tokens.CredentialsAsync(i % 2 == 0 ? _place.Channel : other, renew: false, CancellationToken.None).AsTask()));
        Assert.Single(all.Distinct());
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", "token_refused", true, "refreshToken")]
    [InlineData(401, """{"error":"invalid_client"}""", "token_refused", true, "clientSecret")]
    [InlineData(503, "", "token_server", false, "tokenUrl")]
    [InlineData(200, "<html>", "token_server", false, "tokenUrl")]
    public async Task TokenServer_ThatGivesNone_IsSaidWithItsFix(int status, string body, string cause, bool isFatal, string fix)
    {
        _answer = _ => (status, body);
        var fault = await Assert.ThrowsAsync<ChannelFaultException>(() => Tokens.CredentialsAsync(_place.Channel, renew: false, CancellationToken.None).AsTask());
        Assert.Equal((cause, isFatal), (fault.Cause, fault.IsFatal));
        Assert.Contains(fix, fault.Fix, StringComparison.Ordinal);
        foreach (var secret in _place.Channel.Secrets.Values) Assert.DoesNotContain(secret, fault.Message + fault.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_ThatEnded_HoldsRepliesUntilItIsMended()
    {
        _answer = n => n == 1 ? (400, """{"error":"invalid_grant"}""") : (200, """{"access_token":"access-1"}""");
        LetIn("access-1");
        Assert.Equal(FailureKind.Transient, (await _place.SendAsync(OutPlace.Reply("hello", "ada@example.com", "t"))).Failure!.Kind);
        Assert.False(_place.Sender.IsReady(_place.Channel));
        _place.Change(c => c with { Secrets = Secrets("refresh-new") });
        Assert.True(_place.Sender.IsReady(_place.Channel));
        Assert.Null((await _place.SendAsync(OutPlace.Reply("hello", "ada@example.com", "t"))).Failure);
    }

    [Fact]
    public async Task Password_IsWhatItIs()
    {
        var channel = _place.Channel with { Settings = JsonElement.Parse(OutPlace.Settings(OutPlace.Address, 9, "tls", "{}").ToJsonString()), Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["password"] = "pw" }.ToFrozenDictionary() };
        Assert.Equal(new MailCredentials.Password(OutPlace.Address, "pw"), await Tokens.CredentialsAsync(channel, renew: false, CancellationToken.None));
        var none = await Assert.ThrowsAsync<ChannelFaultException>(() => Tokens.CredentialsAsync(channel with { Secrets = FrozenDictionary<string, string>.Empty }, renew: false, CancellationToken.None).AsTask());
        Assert.True(none.IsFatal);
    }

    private static FrozenDictionary<string, string> Secrets(string refresh) => new Dictionary<string, string>(StringComparer.Ordinal) { ["refreshToken"] = refresh, ["clientSecret"] = ClientSecret }.ToFrozenDictionary();

    private void LetIn(string token) => _place.Server.LetIn.Add($"XOAUTH2 user={OutPlace.Address}\u0001auth=Bearer {token}\u0001\u0001");

    private JsonElement With(int smtpPort) => JsonElement.Parse(OutPlace.Settings(OutPlace.Address, smtpPort, "none", string.Create(CultureInfo.InvariantCulture, $$"""{"auth":"oauth2","tokenUrl":"{{_tokenServer.Url}}","clientId":"me"}""")).ToJsonString());

    private async Task SaveAsync(ChannelModel channel, string refresh)
    {
        await using var db = _place.Road.Db();
        db.Secrets.Add(new Secret
        {
            Id = Guid.CreateVersion7(), TenantId = channel.Tenant.Id, OwnerId = channel.Id, Name = "refreshToken", UpdatedAt = TimeProvider.System.GetUtcNow(),
            Protected = _place.Road.Get<SecretProtector>().Protect(channel.Id, "refreshToken", new(refresh)),
        });
        await db.SaveChangesAsync();
    }

    private async Task<string> StoredAsync(ChannelModel channel)
    {
        await using var db = _place.Road.Db();
        return _place.Road.Get<SecretProtector>().Unprotect(await db.Secrets.AsNoTracking().SingleAsync(s => s.OwnerId == channel.Id)).Value;
    }
}

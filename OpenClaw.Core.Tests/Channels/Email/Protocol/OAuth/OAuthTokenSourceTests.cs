using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.OAuth;

public sealed class OAuthTokenSourceTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "clients-own-secret";

    private readonly TestClock _clock = new();
    private readonly HttpClient _http = new();
    private readonly List<IFormCollection> _asked = [];
    private readonly List<string> _stored = [];
    private Func<int, (int Status, string Body)> _answer = n => (200, $$"""{"access_token":"token-{{n}}","token_type":"Bearer","expires_in":3600}""");
    private HttpServer _server = null!;

    public async Task InitializeAsync() => _server = await HttpServer.StartAsync(async context =>
    {
        _asked.Add(await context.Request.ReadFormAsync());
        var (status, body) = _answer(_asked.Count);
        context.Response.StatusCode = status;
        if (status == 429) context.Response.Headers.RetryAfter = "17";
        await context.Response.WriteAsync(body);
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task GetAsync_Refresh_IsAskedOnceAndRenewedFiveMinutesAhead()
    {
        using var source = Source();
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => source.GetAsync(CancellationToken.None)));
        Assert.Equal("token-1", Assert.Single(all.Distinct()));
        var form = Assert.Single(_asked);
        Assert.Equal("refresh_token", form["grant_type"]);
        Assert.Equal("refresh-0", form["refresh_token"]);
        Assert.Equal("me", form["client_id"]);
        Assert.Equal(Secret, form["client_secret"]);
        Assert.Equal("mail offline", form["scope"]);

        _clock.Advance(TimeSpan.FromSeconds(55 * 60 - 1));
        Assert.Equal("token-1", await source.GetAsync(CancellationToken.None));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", await source.GetAsync(CancellationToken.None));
        Assert.Empty(_stored);
    }

    [Fact]
    public async Task GetAsync_ClientCredentials_SendsNoRefreshToken()
    {
        using var source = Source(OAuthGrant.ClientCredentials);
        await source.GetAsync(CancellationToken.None);
        var form = Assert.Single(_asked);
        Assert.Equal("client_credentials", form["grant_type"]);
        Assert.False(form.ContainsKey("refresh_token"));
    }

    [Theory]
    [InlineData("60", 29, 31)]
    [InlineData("\"60\"", 29, 31)]
    [InlineData("null", 54 * 60, 56 * 60)]
    [InlineData("-5", 54 * 60, 56 * 60)]
    [InlineData("1e300", 54 * 60, 56 * 60)]
    public async Task GetAsync_OddLifetimes_AreManaged(string lifetime, int stillGood, int renewed)
    {
        _answer = n => (200, $$"""{"access_token":"token-{{n}}","expires_in":{{lifetime}}}""");
        using var source = Source();
        await source.GetAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(stillGood));
        Assert.Equal("token-1", await source.GetAsync(CancellationToken.None));
        _clock.Advance(TimeSpan.FromSeconds(renewed - stillGood));
        Assert.Equal("token-2", await source.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task GetAsync_RotatedRefreshToken_IsStoredBeforeTheTokenIsUsed()
    {
        _answer = n => (200, $$"""{"access_token":"token-{{n}}","expires_in":3600,"refresh_token":"refresh-{{n}}"}""");
        var failing = true;
        using var source = new OAuthTokenSource(_http, Client(), (token, _) =>
        {
            if (failing) throw new IOException("disk full");
            _stored.Add(token);
            return Task.CompletedTask;
        }, _clock);
        await Assert.ThrowsAsync<IOException>(() => source.GetAsync(CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(() => source.GetAsync(CancellationToken.None));
        Assert.Single(_asked);
        failing = false;
        Assert.Equal("token-1", await source.GetAsync(CancellationToken.None));
        Assert.Equal(["refresh-1"], _stored);
        Assert.Equal("token-2", await source.RenewAsync("token-1", CancellationToken.None));
        Assert.Equal("refresh-1", _asked[1]["refresh_token"]);
        Assert.Equal(["refresh-1", "refresh-2"], _stored);
    }

    [Fact]
    public async Task UseAsync_Refused_IsTriedOnceWithANewToken()
    {
        using var source = Source();
        List<string> used = [];
        Task<int> Work(string token, CancellationToken cancellationToken)
        {
            used.Add(token);
            return used.Count < 2 ? throw new UnauthorizedAccessException() : Task.FromResult(7);
        }

        Assert.Equal(7, await source.UseAsync(Work, e => e is UnauthorizedAccessException, CancellationToken.None));
        Assert.Equal(["token-1", "token-2"], used);
        used.Clear();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => source.UseAsync<int>((token, _) =>
        {
            used.Add(token);
            throw new UnauthorizedAccessException();
        }, e => e is UnauthorizedAccessException, CancellationToken.None));
        Assert.Equal(["token-2", "token-3"], used);
        Assert.Equal("token-3", await source.RenewAsync("token-2", CancellationToken.None)); // renewed already
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"AADSTS70008: expired SECRET"}""", OAuthFailure.Grant, true)]
    [InlineData(401, """{"error":"invalid_client"}""", OAuthFailure.Client, true)]
    [InlineData(400, """{"error":"unauthorized_client"}""", OAuthFailure.Client, true)]
    [InlineData(401, "<html>no</html>", OAuthFailure.Client, true)]
    [InlineData(400, """{"error":"invalid_scope"}""", OAuthFailure.Request, true)]
    [InlineData(200, """{"error":"invalid_grant"}""", OAuthFailure.Grant, true)]
    [InlineData(400, """{"error":"temporarily_unavailable"}""", OAuthFailure.Temporary, false)]
    [InlineData(503, "<html>busy</html>", OAuthFailure.Temporary, false)]
    [InlineData(429, "", OAuthFailure.Temporary, false)]
    [InlineData(200, "<html>sign in to the hotel's network</html>", OAuthFailure.Protocol, false)]
    [InlineData(404, "<html>no such page</html>", OAuthFailure.Protocol, false)]
    [InlineData(200, "[]", OAuthFailure.Protocol, false)]
    [InlineData(200, "{}", OAuthFailure.Protocol, false)]
    [InlineData(200, """{"access_token":""}""", OAuthFailure.Protocol, false)]
    [InlineData(200, """{"access_token":7}""", OAuthFailure.Protocol, false)]
    [InlineData(200, """{"access_token":"a\r\nb"}""", OAuthFailure.Protocol, false)]
    [InlineData(302, "", OAuthFailure.Protocol, false)]
    public async Task GetAsync_Faults_AreToldApart(int status, string body, object failure, bool fatal)
    {
        _answer = _ => (status, body.Replace("SECRET", Secret, StringComparison.Ordinal));
        using var source = Source();
        var fault = await Assert.ThrowsAsync<OAuthException>(() => source.GetAsync(CancellationToken.None));
        Assert.Equal(failure, fault.Failure);
        Assert.Equal(fatal, fault.IsFatal);
        Assert.DoesNotContain(Secret, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("refresh-0", fault.ToString(), StringComparison.Ordinal);
        if (status == 429) Assert.Equal(TimeSpan.FromSeconds(17), fault.RetryAfter);
    }

    [Fact]
    public async Task GetAsync_EndlessAnswer_IsNoTokenServer()
    {
        _answer = _ => (200, new string(' ', 1_000_000));
        using var source = Source();
        Assert.Equal(OAuthFailure.Protocol, (await Assert.ThrowsAsync<OAuthException>(() => source.GetAsync(CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task GetAsync_NobodyThere_IsTemporary()
    {
        using var source = new OAuthTokenSource(_http, Client(url: RawServer.NobodyThere()), Store, _clock);
        Assert.Equal(OAuthFailure.Temporary, (await Assert.ThrowsAsync<OAuthException>(() => source.GetAsync(CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task GetAsync_Silence_IsTemporaryAfterItsTime()
    {
        await using var silent = await HttpServer.StartAsync(HttpServer.AbortedAsync);
        using var source = new OAuthTokenSource(_http, Client(url: silent.Url), Store, _clock);
        var getting = source.GetAsync(CancellationToken.None);
        await _clock.WaitForTimersAsync();
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(OAuthFailure.Temporary, (await Assert.ThrowsAsync<OAuthException>(() => getting)).Failure);
    }

    [Fact]
    public void Client_Printed_HasNoSecret() => Assert.DoesNotContain(Secret, Client().ToString(), StringComparison.Ordinal);

    private OAuthTokenSource Source(OAuthGrant grant = OAuthGrant.RefreshToken) => new(_http, Client(grant), Store, _clock);

    private OAuthClient Client(OAuthGrant grant = OAuthGrant.RefreshToken, Uri? url = null) => new()
    {
        TokenUrl = url ?? _server.Url,
        ClientId = "me",
        ClientSecret = Secret,
        Grant = grant,
        RefreshToken = grant is OAuthGrant.RefreshToken ? "refresh-0" : null,
        Scopes = "mail offline",
    };

    private Task Store(string token, CancellationToken cancellationToken)
    {
        _stored.Add(token);
        return Task.CompletedTask;
    }
}

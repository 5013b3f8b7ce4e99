using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.ApiKeys;

public sealed class ApiKeyLookupTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Find_Expired_IsNullToTheSecond()
    {
        var expires = _host.Clock.GetUtcNow().AddSeconds(3).ToString("O");
        var key = await MakeAsync($$"""{"name":"A","scopes":["read"],"expiresAt":"{{expires}}"}""");
        Assert.NotNull(await _host.Get<ApiKeyLookup>().FindAsync(key.Value!));
        _host.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await _host.Get<ApiKeyLookup>().FindAsync(key.Value!));
    }

    [Fact]
    public async Task Find_Often_WritesTheUseOnceAMinute()
    {
        var key = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        var first = _host.Clock.GetUtcNow();
        for (var i = 0; i < 5; i++, _host.Clock.Advance(TimeSpan.FromSeconds(10))) await _host.Get<ApiKeyLookup>().FindAsync(key.Value!);
        Assert.Equal(first, (await _host.Get<ApiKeyQueries>().GetAsync(_host.Tenant, key.Id))!.LastUsedAt);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        await _host.Get<ApiKeyLookup>().FindAsync(key.Value!);
        Assert.Equal(_host.Clock.GetUtcNow(), (await _host.Get<ApiKeyQueries>().GetAsync(_host.Tenant, key.Id))!.LastUsedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ock_")]
    [InlineData("ock_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("key_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ock_aaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaa")]
    public async Task Find_Unknown_IsNull(string key) => Assert.Null(await _host.Get<ApiKeyLookup>().FindAsync(key));

    [Fact]
    public async Task Patch_KeepsAScopeThatTheAskerHasNot()
    {
        var key = await MakeAsync("""{"name":"A","scopes":["read","own"]}""");
        var renamed = await _host.Get<SaveApiKey>().PatchAsync(Caller.System(_host.Tenant) with { Scopes = ["configure"] }, key.Id, Json("""{"name":"B"}"""));
        Assert.Equal(["read", "own"], renamed.Value!.Scopes);
    }

    private async Task<ApiKeyView> MakeAsync(string body) => (await _host.Get<SaveApiKey>().CreateAsync(Caller.System(_host.Tenant), Json(body))).Value!;
}

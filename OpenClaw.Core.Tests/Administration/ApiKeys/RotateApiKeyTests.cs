using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Secrets;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.ApiKeys;

public sealed class RotateApiKeyTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private Caller Caller => Caller.System(_host.Tenant) with { Name = "ada@example.com" };

    private ApiKeyLookup Lookup => _host.Get<ApiKeyLookup>();

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Rotate_WithOverlap_BothWorkUntilItsEnd()
    {
        var made = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        var rotated = (await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, 2)).Value!;
        Assert.NotEqual(made.Value, rotated.Value);
        Assert.Equal(_host.Clock.GetUtcNow().AddHours(2), rotated.PreviousUntil);
        Assert.Equal(made.Id, (await Lookup.FindAsync(rotated.Value!))!.Id);
        Assert.Equal(made.Id, (await Lookup.FindAsync(made.Value!))!.Id);
        _host.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await Lookup.FindAsync(made.Value!));
        Assert.NotNull(await Lookup.FindAsync(rotated.Value!));
        Assert.Null((await _host.Get<ApiKeyQueries>().GetAsync(_host.Tenant, made.Id))!.PreviousUntil);
    }

    [Fact]
    public async Task Rotate_WithoutOverlap_EndsTheFormerAtOnce()
    {
        var made = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        Assert.NotNull(await Lookup.FindAsync(made.Value!));
        await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, 0);
        Assert.Null(await Lookup.FindAsync(made.Value!));
    }

    [Fact]
    public async Task Rotate_Twice_KeepsOneFormerValue()
    {
        var first = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        var second = (await _host.Get<RotateApiKey>().RunAsync(Caller, first.Id, 5)).Value!;
        await _host.Get<RotateApiKey>().RunAsync(Caller, first.Id, 5);
        Assert.Null(await Lookup.FindAsync(first.Value!));
        Assert.NotNull(await Lookup.FindAsync(second.Value!));
    }

    [Fact]
    public async Task Rotate_KeyThatMayMoreThanTheCaller_IsForbidden()
    {
        var made = await MakeAsync("""{"name":"A","scopes":["read","own"]}""");
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<RotateApiKey>().RunAsync(Caller with { Scopes = [ApiScopeNames.Read, ApiScopeNames.Configure] }, made.Id, 1));
        Assert.NotNull(await Lookup.FindAsync(made.Value!));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(745)]
    [InlineData(double.NaN)]
    public async Task Rotate_BadOverlap_IsToldAtTheField(double hours)
    {
        var made = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        Assert.Contains("overlapHours", (await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, hours)).Errors);
    }

    [Fact]
    public async Task Rotate_Expired_SaysWhatToDo()
    {
        var made = await MakeAsync($$"""{"name":"A","scopes":["read"],"expiresAt":"{{_host.Clock.GetUtcNow().AddSeconds(5):O}}"}""");
        _host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("expiresAt", (await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, 1)).Errors);
    }

    [Fact]
    public async Task Former_OfAnExpiringKey_EndsWithIt()
    {
        var made = await MakeAsync($$"""{"name":"A","scopes":["read"],"expiresAt":"{{_host.Clock.GetUtcNow().AddHours(1):O}}"}""");
        await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, 24);
        _host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await Lookup.FindAsync(made.Value!));
    }

    [Fact]
    public async Task List_TellsWhoMadeIt_AndAgesTellTheLastRotation()
    {
        var made = await MakeAsync("""{"name":"A","scopes":["read"]}""");
        Assert.Equal("ada@example.com", (await _host.Get<ApiKeyQueries>().GetAsync(_host.Tenant, made.Id))!.CreatedBy);
        _host.Clock.Advance(TimeSpan.FromDays(3));
        await _host.Get<RotateApiKey>().RunAsync(Caller, made.Id, 0);
        var ages = await _host.Get<SecretAges>().ListAsync(Caller);
        Assert.Equal(_host.Clock.GetUtcNow(), ages.Single(a => a.Owner == made.Id).Since);
        Assert.Equal(ages.Select(a => a.Since).Order(), ages.Select(a => a.Since));
        Assert.Contains(ages, a => a is { Resource: "channel", Name: "signingSecret" });
    }

    private async Task<ApiKeyView> MakeAsync(string body) => (await _host.Get<SaveApiKey>().CreateAsync(Caller, Json(body))).Value!;
}

using OpenClaw.Gateway.Core.Administration.Idempotency;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Idempotency;

public sealed class IdempotencyStoreTests : IAsyncLifetime
{
    private static readonly Guid ApiKey = Guid.NewGuid();
    private AdministrationHost _host = null!;
    private IdempotencyStore _store = null!;

    public async Task InitializeAsync()
    {
        _host = await StartAsync();
        _store = _host.Get<IdempotencyStore>();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Begin_AfterComplete_GivesTheAnswerFor24Hours()
    {
        var first = await BeginAsync("a");
        await _store.CompleteAsync(_host.Tenant, first.Id, 201, "/there", "\"1\"", "{\"secret\":1}", default);
        _host.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(new(IdempotencyState.Done, first.Id, 201, "/there", "\"1\"", "{\"secret\":1}"), await BeginAsync("a"));
        Assert.Equal(IdempotencyState.OtherBody, (await BeginAsync("b")).State);
        _host.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(IdempotencyState.First, (await BeginAsync("b")).State);
        await using var db = _host.Database.System.Create();
        Assert.DoesNotContain(db.IdempotentRequests, r => r.Body != null && r.Body.Contains("secret"));
    }

    [Fact]
    public async Task Begin_FirstUnderWay_IsToldUntilItIsGivenUp()
    {
        await BeginAsync("a");
        Assert.Equal(IdempotencyState.UnderWay, (await BeginAsync("a")).State);
        _host.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(IdempotencyState.First, (await BeginAsync("a")).State);
    }

    [Fact]
    public async Task Begin_AfterAbandon_IsFirstAgain()
    {
        await _store.AbandonAsync(_host.Tenant, (await BeginAsync("a")).Id, default);
        Assert.Equal(IdempotencyState.First, (await BeginAsync("b")).State);
    }

    private Task<IdempotencyTicket> BeginAsync(string body) =>
        _store.BeginAsync(_host.Tenant, ApiKey, "/api/v1/channels", "key", System.Text.Encoding.UTF8.GetBytes(body), default);
}

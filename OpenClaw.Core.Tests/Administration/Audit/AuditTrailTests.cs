using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Audit;

public sealed class AuditTrailTests : IAsyncLifetime
{
    private static readonly Guid Ada = Guid.NewGuid();
    private AdministrationHost _host = null!;

    public async Task InitializeAsync() => _host = await AdministrationHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Change_KeepsWhoAndOnlyWhatDiffers()
    {
        var channel = await MakeAsync("""{"kind":"websocket","name":"Shop","settings":{"title":"Old"}}""");
        await _host.Get<SaveChannel>().PatchAsync(As(ApiScopeNames.Configure), channel, AdministrationHost.Json("""{"settings":{"title":"New"}}"""));
        var entry = (await EntriesAsync()).Single(e => e.Action == "channel.changed");
        Assert.Equal((ActorKind.Person, Ada, "ada@example.com", "10.0.0.7", channel, "Shop"), (entry.Actor, entry.ActorId, entry.ActorName, entry.Address, entry.TargetId, entry.TargetName));
        Assert.Equal("""{"settings":{"title":"Old"}}""", entry.Before);
        Assert.Equal("""{"settings":{"title":"New"}}""", entry.After);
    }

    [Fact]
    public async Task Creation_HoldsNoSecret()
    {
        var result = await _host.Get<SaveChannel>().CreateAsync(As(ApiScopeNames.Configure), AdministrationHost.Json("""{"kind":"websocket","name":"Shop"}"""));
        var made = result.Value!.Secrets["signingSecret"].Value!;
        var entry = (await EntriesAsync()).Single(e => e.Action == "channel.created");
        Assert.Null(entry.Before);
        Assert.Contains("\"set\":true", entry.After, StringComparison.Ordinal);
        Assert.DoesNotContain(made, entry.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_LeavesNoEntry()
    {
        var before = (await EntriesAsync()).Count;
        await _host.Get<SaveChannel>().CreateAsync(As(ApiScopeNames.Configure), AdministrationHost.Json("""{"kind":"websocket","name":""}"""));
        Assert.Equal(before, (await EntriesAsync()).Count);
    }

    [Fact]
    public async Task Command_WithoutTheScope_IsForbiddenAndDoesNothing()
    {
        var fault = await Assert.ThrowsAsync<ForbiddenException>(() =>
            _host.Get<SaveChannel>().CreateAsync(As(ApiScopeNames.Read, ApiScopeNames.Operate), AdministrationHost.Json("""{"kind":"websocket","name":"Shop"}""")));
        Assert.Equal(ApiScopeNames.Configure, fault.Scope);
        Assert.DoesNotContain(await EntriesAsync(), e => e.TargetName == "Shop");
    }

    private Caller As(params string[] scopes) => new(_host.Tenant, ActorKind.Person, Ada, "ada@example.com", scopes, "10.0.0.7");

    private async Task<Guid> MakeAsync(string json) => (await _host.Get<SaveChannel>().CreateAsync(As(ApiScopeNames.Configure), AdministrationHost.Json(json))).Value!.Id;

    private async Task<List<AuditEntry>> EntriesAsync()
    {
        await using var db = _host.Get<ITenantDbFactory>().Create(_host.Tenant);
        return await db.Audit.OrderBy(e => e.Id).ToListAsync();
    }
}

using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class RawMessagesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Guid _tenant;
    private ConversationRows _rows = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
        _rows = new(_tenant, Guid.NewGuid());
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Get_AsViewerAndAsOperator_ShowsWhatEachMaySee()
    {
        var session = _rows.Session(1, "user-4711");
        var message = _rows.Message(session.Id, 1, "I am user-4711, ada@example.org, my key is ock_0123456789abcdef0123456789abcdef");
        (message.ExternalId, message.Extras, message.Route) = ("ext-1", """{"attachments":[{"name":"a.png"}],"button":"yes"}""", """{"why":"The tenant's default agent."}""");
        await _database.AddAsync(session, message);
        var raw = new RawMessages(_database.Tenants);

        var viewer = (await raw.GetAsync(Caller(TenantRole.Viewer), message.Id))!.ToJsonString();
        Assert.All(new[] { "user-4711", "ada@example.org", "ock_", "ext-1" }, hidden => Assert.DoesNotContain(hidden, viewer, StringComparison.Ordinal));
        Assert.Contains("a.png", viewer, StringComparison.Ordinal);
        Assert.Contains("default agent", viewer, StringComparison.Ordinal);

        var own = await raw.GetAsync(Caller(TenantRole.Operator), message.Id);
        Assert.Equal("I am user-4711, ada@example.org, my key is [secret]", own!["text"]!.GetValue<string>());
        Assert.Equal("user-4711", own["user"]!["userId"]!.GetValue<string>());
        Assert.Equal("ext-1", own["externalId"]!.GetValue<string>());
        Assert.Null(await raw.GetAsync(Caller(TenantRole.Admin) with { Tenant = await _database.AddTenantAsync("other") }, message.Id));
    }

    [Fact]
    public async Task Get_ExtrasThatAreNoJson_AreShownAsText()
    {
        var session = _rows.Session(1);
        var message = _rows.Message(session.Id, 1, "x");
        message.Extras = "{broken";
        await _database.AddAsync(session, message);
        Assert.Equal("{broken", (await new RawMessages(_database.Tenants).GetAsync(Caller(TenantRole.Operator), message.Id))!["extras"]!.GetValue<string>());
    }

    private Caller Caller(TenantRole role) => new(_tenant, ActorKind.Person, Guid.NewGuid(), "x", Roles.ScopesOf(role));
}

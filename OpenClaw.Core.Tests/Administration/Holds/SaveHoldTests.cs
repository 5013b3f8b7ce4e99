using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Holds;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Holds;

public sealed class SaveHoldTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private SaveHold Holds => _host.Get<SaveHold>();

    private Caller Admin => Caller.System(_host.Tenant);

    public async Task InitializeAsync() => _host = await AdministrationHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_OnUser_IsListedAndAudited()
    {
        var made = await CreateAsync("""{"name":" Case 12 ","reason":"A court asks.","user":"ada"}""");
        Assert.Equal(("Case 12", "A court asks.", "ada", 1), (made.Value!.Name, made.Value.Reason, made.Value.User, made.Value.Version));
        Assert.Equal(made.Value, Assert.Single((await _host.Get<HoldQueries>().ListAsync(Admin, new(10))).Items));
        var entry = await EntryAsync("hold.created");
        Assert.Equal(("Case 12", made.Value.Id), (entry.TargetName, entry.TargetId));
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"x"}""", "session")]
    [InlineData("""{"name":"x","user":""}""", "session")]
    [InlineData("""{"name":"x","user":"ada","session":"0191d9e2-0000-7000-8000-000000000000"}""", "session")]
    [InlineData("""{"name":"x","session":"0191d9e2-0000-7000-8000-000000000000"}""", "session")]
    [InlineData("""{"name":"x","channel":"0191d9e2-0000-7000-8000-000000000000"}""", "channel")]
    [InlineData("""{"name":"x","user":"ada","until":"2030-01-01"}""", "until")]
    [InlineData("""{"name":"x","user":5}""", "user")]
    public async Task Create_WithoutOneTargetThatThereIs_IsInvalid(string json, string field)
    {
        var result = await CreateAsync(json);
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Equal([field], result.Errors.Keys);
    }

    [Fact]
    public async Task Create_ForAChannelThatWasDeletedButHasSessions_IsTaken()
    {
        var channel = Guid.NewGuid();
        await _host.Database.AddAsync(new OpenClaw.Core.Tests.Administration.Conversations.ConversationRows(_host.Tenant, channel).Session(1));
        Assert.Equal(channel, (await CreateAsync($$"""{"name":"x","channel":"{{channel}}"}""")).Value?.Channel);
    }

    [Fact]
    public async Task Patch_NameAndReason_ChangesThemAndNothingElse()
    {
        var made = (await CreateAsync("""{"name":"x","reason":"r","user":"ada"}""")).Value!;
        var patched = await Holds.PatchAsync(Admin, made.Id, AdministrationHost.Json("""{"name":"y","reason":null,"user":"ada"}"""));
        Assert.Equal(("y", null, "ada", 2), (patched.Value!.Name, patched.Value.Reason, patched.Value.User, patched.Value.Version));
        Assert.Equal(["user"], (await Holds.PatchAsync(Admin, made.Id, AdministrationHost.Json("""{"user":"bob"}"""))).Errors.Keys);
        Assert.Equal(["channel"], (await Holds.PatchAsync(Admin, made.Id, AdministrationHost.Json($$"""{"channel":"{{Guid.NewGuid()}}"}"""))).Errors.Keys);
        Assert.Equal(AdminStatus.Stale, (await Holds.PatchAsync(Admin, made.Id, AdministrationHost.Json("""{"name":"z"}"""), version: 1)).Status);
    }

    [Fact]
    public async Task Patch_WithWhatAGetGave_IsTaken()
    {
        var made = (await CreateAsync("""{"name":"x","user":"ada"}""")).Value!;
        var sent = System.Text.Json.JsonSerializer.SerializeToElement(made, System.Text.Json.JsonSerializerOptions.Web);
        Assert.Equal(AdminStatus.Done, (await Holds.PatchAsync(Admin, made.Id, sent)).Status);
    }

    [Fact]
    public async Task Release_RemovesItAndIsAudited()
    {
        var made = (await CreateAsync("""{"name":"x","user":"ada"}""")).Value!;
        Assert.Equal(AdminStatus.Done, (await Holds.ReleaseAsync(Admin, made.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await Holds.ReleaseAsync(Admin, made.Id)).Status);
        Assert.Empty((await _host.Get<HoldQueries>().ListAsync(Admin, new(10))).Items);
        Assert.Contains("ada", (await EntryAsync("hold.released")).Before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_WithoutConfigure_IsForbidden()
    {
        var reader = new Caller(_host.Tenant, ActorKind.Person, Guid.NewGuid(), "Rita", [ApiScopeNames.Read, ApiScopeNames.Operate]);
        await Assert.ThrowsAsync<ForbiddenException>(() => Holds.CreateAsync(reader, AdministrationHost.Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Holds.PatchAsync(reader, Guid.NewGuid(), AdministrationHost.Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Holds.ReleaseAsync(reader, Guid.NewGuid()));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<HoldQueries>().ListAsync(reader, new(1)));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<HoldQueries>().GetAsync(reader, Guid.NewGuid()));
    }

    private Task<AdminResult<HoldView>> CreateAsync(string json) => Holds.CreateAsync(Admin, AdministrationHost.Json(json));

    private async Task<AuditEntry> EntryAsync(string action)
    {
        await using var db = _host.Database.System.Create();
        return await db.Audit.SingleAsync(e => e.Action == action);
    }
}
